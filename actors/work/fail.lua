-- Ends one delivery that failed: to be tried again later, or dead, and acknowledged in the same step.
--
-- KEYS[1] {prefix}:work:{role}:{priority}  STREAM
-- KEYS[2] {prefix}:work:{role}:later       ZSET
-- KEYS[3] {prefix}:work:{role}:dead        STREAM
-- ARGV[1] group, ARGV[2] id, ARGV[3] place of the stream, ARGV[4] deliveries so far,
-- ARGV[5] deliveries at most, ARGV[6] ms until the next, ARGV[7] reason.
-- Answers 'later', 'dead', or 'gone' for a job that was taken from its consumer meanwhile.

local entry = redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2])[1]
if not entry or redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then
  return 'gone'
end
redis.call('XDEL', KEYS[1], ARGV[2])
local job = {}
for at = 1, #entry[2], 2 do
  job[entry[2][at]] = entry[2][at + 1]
end
if tonumber(ARGV[4]) >= tonumber(ARGV[5]) then
  redis.call('XADD', KEYS[3], '*', 'key', job.key, 'body', job.body, 'place', ARGV[3],
    'deliveries', ARGV[4], 'reason', ARGV[7])
  return 'dead'
end
local clock = redis.call('TIME')
local due = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000) + tonumber(ARGV[6])
redis.call('ZADD', KEYS[2], due, cmsgpack.pack({
  place = tonumber(ARGV[3]), key = job.key, body = job.body, attempts = ARGV[4],
  expires = job.expires, id = ARGV[2],
}))
return 'later'
