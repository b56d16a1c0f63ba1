-- Books requests against a plan: so many per period, so many per sliding window. All or nothing.
--
-- KEYS[1] ledger  HASH  period (number), spent, newest (ms), granted (ms of the last booking), serial
-- KEYS[2] window  ZSET  one member per booked unit, score = ms
-- ARGV[1] now (ms), [2] cost (0 asks only), [3] period, [4] end of the period (ms),
-- [5] units per period (0: no limit), [6] units per window (0: no limit), [7] window (ms),
-- [8] units left as the provider told (-1: it did not)
-- Answers {ms to wait, units left (-1: no limit), ms since the last booking (-1: none)}.

local ledger, window = KEYS[1], KEYS[2]
local now, cost, period, ends = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local quota, rate, span, told = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

local kept = redis.call('HMGET', ledger, 'period', 'spent', 'newest', 'granted')
local spent = tonumber(kept[2] or '0')
now = math.max(now, tonumber(kept[3] or '0')) -- a clock that is set back gives nothing back
if period > tonumber(kept[1] or '-1') then
  spent = 0
else
  period = tonumber(kept[1])
end
if told >= 0 and quota > 0 then
  spent = math.max(spent, quota - told)
end

local wait = 0
if quota > 0 and cost > quota - spent then
  wait = math.max(ends - now, 1000)
end
redis.call('ZREMRANGEBYSCORE', window, '-inf', now - span)
if rate > 0 and cost > 0 then
  local over = redis.call('ZCARD', window) + cost - rate
  if over > 0 then
    local freed = redis.call('ZRANGE', window, over - 1, over - 1, 'WITHSCORES')
    wait = math.max(wait, freed[2] and tonumber(freed[2]) + span - now or span)
  end
end

local granted = tonumber(kept[4] or '-1')
if cost > 0 and wait <= 0 then
  spent = spent + cost
  granted = now
  for _ = 1, rate > 0 and cost or 0 do
    local serial = redis.call('HINCRBY', ledger, 'serial', 1)
    redis.call('ZADD', window, now, serial)
  end
  redis.call('PEXPIRE', window, span)
end
redis.call('HSET', ledger, 'period', period, 'spent', spent, 'newest', string.format('%.0f', now),
  'granted', string.format('%.0f', granted))
return {math.ceil(wait), quota > 0 and quota - spent or -1, granted >= 0 and now - granted or -1}
