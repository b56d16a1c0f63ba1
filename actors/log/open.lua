-- Opens a log, and begins a new epoch when this server process is not the one that wrote last:
-- after a crash or a failover its newest bytes may be lost, and offsets that were handed out for
-- them must not be given to other events.
--
-- KEYS[1]  {prefix}:head        HASH    epoch, seq, run, floor
-- KEYS[2]  {prefix}:epochs      HASH    ended epoch -> last sequence that survived of it
-- KEYS[3]  {prefix}:partitions  HASH    partition -> newest offset dropped from it, "0-0" if none
-- Answers the present epoch.

local head, epochs, partitions = KEYS[1], KEYS[2], KEYS[3]
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local epoch = redis.call('HGET', head, 'epoch')
if epoch and redis.call('HGET', head, 'run') == run then
  return epoch
end

local clock = redis.call('TIME')
local begun = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)
if epoch then
  redis.call('HSET', epochs, epoch, redis.call('HGET', head, 'seq'))
  begun = math.max(begun, tonumber(epoch) + 1)
end
epoch = string.format('%.0f', begun)
redis.call('HSET', head, 'epoch', epoch, 'run', run)
redis.call('HSETNX', head, 'seq', '0')
redis.call('HSETNX', head, 'floor', '0-0')
redis.call('HSETNX', partitions, 'system', '0-0')
return epoch
