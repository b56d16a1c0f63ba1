-- Puts a partition's copy in the place of its stream, with what was appended since it was copied.
--
-- KEYS[1]  {prefix}:partitions           HASH    partition -> newest offset dropped from it
-- KEYS[2]  {prefix}:log:{partition}      STREAM
-- KEYS[3]  {prefix}:rewritten:{partition}  STREAM  entries of the same ids, some with other fields
-- KEYS[4..]  {prefix}:seen:{event id}    STRING  of the events that are gone
-- ARGV[1] partition, ARGV[2] id of the last entry that was copied.

local stream, copy = KEYS[2], KEYS[3]
for _, entry in ipairs(redis.call('XRANGE', stream, '(' .. ARGV[2], '+')) do
  redis.call('XADD', copy, entry[1], unpack(entry[2]))
end
local floor = redis.call('HGET', KEYS[1], ARGV[1])
local epoch, sequence = string.match(floor, '(%d+)-(%d+)')
redis.call('XTRIM', copy, 'MINID', string.format('%s-%.0f', epoch, tonumber(sequence) + 1))
redis.call('RENAME', copy, stream)
for place = 4, #KEYS do
  redis.call('DEL', KEYS[place])
end
return redis.status_reply('OK')
