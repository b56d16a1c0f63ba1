-- Drops the entries of one partition up to an offset, and notes how far readers may still go back.
--
-- KEYS[1]  {prefix}:head             HASH    floor: newest offset dropped from any partition
-- KEYS[2]  {prefix}:partitions       HASH    partition -> newest offset dropped from it
-- KEYS[3]  {prefix}:log:{partition}  STREAM
-- ARGV[1] partition, ARGV[2] epoch and ARGV[3] sequence of the newest offset to drop.
-- Answers how many entries were dropped.

local head, partitions, stream = KEYS[1], KEYS[2], KEYS[3]
local newest = redis.call('XREVRANGE', stream, ARGV[2] .. '-' .. ARGV[3], '-', 'COUNT', 1)
if #newest == 0 then
  return 0
end
local floor = newest[1][1]
local epoch, sequence = string.match(floor, '(%d+)-(%d+)')
local dropped = redis.call('XTRIM', stream, 'MINID', string.format('%s-%.0f', epoch, sequence + 1))
redis.call('HSET', partitions, ARGV[1], floor)
local highest_epoch, highest = string.match(redis.call('HGET', head, 'floor'), '(%d+)-(%d+)')
if tonumber(epoch) > tonumber(highest_epoch)
    or (epoch == highest_epoch and tonumber(sequence) > tonumber(highest)) then
  redis.call('HSET', head, 'floor', floor)
end
return dropped
