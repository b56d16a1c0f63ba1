-- Hands out jobs by priority: what is due again, what idle consumers left, then what is new.
--
-- KEYS[1] {prefix}:work:{role}:later  ZSET    jobs to try again, packed, by Unix ms
-- KEYS[2] {prefix}:work:{role}:dead   STREAM  key, body, priority, deliveries, reason
-- KEYS[3..] {prefix}:work:{role}:{priority}  STREAM  the most urgent first
-- ARGV[1] group, ARGV[2] consumer, ARGV[3] jobs wanted, ARGV[4] idle ms after which a job is taken
-- from its consumer, ARGV[5] deliveries at most, ARGV[6] 1 where the consumer begins: what stands
-- under its name was left by one that is gone.
-- Answers {jobs, newest id of each stream, ms until something is due or -1}; a job is
-- {place of the stream, id, key, body, deliveries}.

local later, dead = KEYS[1], KEYS[2]
local group, consumer = ARGV[1], ARGV[2]
local wanted, idle, most = tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
local jobs = {}

for _, packed in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', now, 'LIMIT', 0, 100)) do
  local job = cmsgpack.unpack(packed)
  redis.call('XADD', KEYS[2 + job.place], '*', 'key', job.key, 'body', job.body,
    'attempts', job.attempts, 'expires', job.expires)
  redis.call('ZREM', later, packed)
end

local function bury(place, id, job, deliveries, reason)
  redis.call('XADD', dead, '*', 'key', job.key, 'body', job.body, 'place', place,
    'deliveries', deliveries, 'reason', reason)
  redis.call('XACK', KEYS[2 + place], group, id)
  redis.call('XDEL', KEYS[2 + place], id)
end

local function hand_out(place, entries, claimed)
  for _, entry in ipairs(entries) do
    if entry and entry[2] then
      local id, job = entry[1], {}
      for at = 1, #entry[2], 2 do
        job[entry[2][at]] = entry[2][at + 1]
      end
      local times = 1
      if claimed then
        times = redis.call('XPENDING', KEYS[2 + place], group, id, id, 1)[1][4]
      end
      local deliveries = tonumber(job.attempts) + times
      local expires = tonumber(job.expires)
      if expires > 0 and expires <= now then
        bury(place, id, job, deliveries - 1, 'expired before it was done')
      elseif deliveries > most then
        bury(place, id, job, deliveries - 1, 'given up: its workers ended without a word')
      else
        jobs[#jobs + 1] = {place, id, job.key, job.body, deliveries}
      end
    end
  end
end

local newest = {}
for place = 1, #KEYS - 2 do
  local stream = KEYS[2 + place]
  if redis.call('EXISTS', stream) == 0 or #redis.call('XINFO', 'GROUPS', stream) == 0 then
    redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
  end
  if #jobs < wanted and ARGV[6] == '1' then
    local ids = {}
    local own = redis.call('XPENDING', stream, group, '-', '+', wanted - #jobs, consumer)
    for at, entry in ipairs(own) do
      ids[at] = entry[1]
    end
    if #ids > 0 then
      hand_out(place, redis.call('XCLAIM', stream, group, consumer, 0, unpack(ids)), true)
    end
  end
  if #jobs < wanted then
    local left = redis.call('XAUTOCLAIM', stream, group, consumer, idle, '0-0', 'COUNT',
      wanted - #jobs)
    hand_out(place, left[2], true)
  end
  if #jobs < wanted then
    local new = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', wanted - #jobs,
      'STREAMS', stream, '>')
    if new then
      hand_out(place, new[1][2], false)
    end
  end
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
  newest[place] = #last > 0 and last[1][1] or '0-0'
end

local due = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
return {jobs, newest, #due > 0 and math.max(0, tonumber(due[2]) - now) or -1}
