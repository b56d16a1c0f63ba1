-- Appends records as one stream entry, each event id once: all of it or nothing.
--
-- KEYS[1]  {prefix}:head             HASH    epoch, seq (newest sequence), run, floor (newest drop)
-- KEYS[2]  {prefix}:partitions       HASH    partition -> newest offset dropped from it
-- KEYS[3]  {prefix}:log:system       STREAM  also announces every other partition
-- KEYS[4]  {prefix}:log:{partition}  STREAM  id "<epoch>-<sequence of the last record>",
--                                            fields event id -> body, in order of sequence
-- KEYS[5]  {prefix}:epochs           HASH    ended epoch -> last sequence that survived of it
-- KEYS[6..]  {prefix}:seen:{event id}  STRING  offset of the event, expires
-- ARGV[1] partition, ARGV[2] seconds that ids are remembered, ARGV[3] batches retained (0: all),
-- ARGV[4] epoch and ARGV[5] sequence up to which nothing may have been lost (0 and 0: anything),
-- ARGV[6..] event id, body, event id, body, ...
-- Answers {offsets, places of duplicates (from 0)}, or the error LOST.

local head, partitions, system, stream = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local partition, remember, retained = ARGV[1], ARGV[2], tonumber(ARGV[3])
local SLICE = 100
local FIXED_KEYS, FIXED_ARGUMENTS = 5, 5

local known = redis.call('HMGET', head, 'epoch', 'seq', 'floor')
local epoch, sequence = known[1], known[2]
if not epoch then
  return redis.error_reply('NOLOG the log was not opened')
end
if ARGV[4] ~= '0' then
  local survived = ARGV[4] == epoch and sequence or redis.call('HGET', KEYS[5], ARGV[4])
  if not survived or tonumber(survived) < tonumber(ARGV[5]) then
    return redis.error_reply('LOST events that this append follows from')
  end
end
local newborn = redis.call('HEXISTS', partitions, partition) == 0
local last = tonumber(sequence) + (newborn and 1 or 0)
local announcement = string.format('%s-%.0f', epoch, last)

local offsets, duplicates, fields = {}, {}, {}
for place = 1, #KEYS - FIXED_KEYS do
  local seen = KEYS[place + FIXED_KEYS]
  local offset = string.format('%s-%.0f', epoch, last + 1)
  if redis.call('SET', seen, offset, 'NX', 'EX', remember) then
    last = last + 1
    fields[#fields + 1] = ARGV[FIXED_ARGUMENTS + 2 * place - 1]
    fields[#fields + 1] = ARGV[FIXED_ARGUMENTS + 2 * place]
    offsets[place] = offset
  else
    offsets[place] = redis.call('GET', seen)
    duplicates[#duplicates + 1] = place - 1
  end
end
if #fields == 0 then
  return {offsets, duplicates}
end

if newborn then
  redis.call('HSET', partitions, partition, '0-0')
  redis.call('XADD', system, announcement, '', partition)
end
redis.call('XADD', stream, string.format('%s-%.0f', epoch, last), unpack(fields))
redis.call('HSET', head, 'seq', string.format('%.0f', last))

local function later(left, right)
  local epoch_left, sequence_left = string.match(left, '(%d+)-(%d+)')
  local epoch_right, sequence_right = string.match(right, '(%d+)-(%d+)')
  if epoch_left ~= epoch_right then
    return tonumber(epoch_left) > tonumber(epoch_right)
  end
  return tonumber(sequence_left) > tonumber(sequence_right)
end

if retained > 0 then
  local length = redis.call('XLEN', stream)
  if length >= retained + SLICE then
    local gone = redis.call('XRANGE', stream, '-', '+', 'COUNT', SLICE)
    local floor = gone[#gone][1]
    redis.call('XTRIM', stream, 'MAXLEN', length - #gone)
    redis.call('HSET', partitions, partition, floor)
    if later(floor, known[3]) then
      redis.call('HSET', head, 'floor', floor)
    end
  end
end
return {offsets, duplicates}
