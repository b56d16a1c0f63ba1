-- Gives dead jobs another life: back into their streams with no deliveries counted and no end.
--
-- KEYS[1] {prefix}:work:{role}:dead          STREAM
-- KEYS[2..] {prefix}:work:{role}:{priority}  STREAM
-- ARGV ids of the dead.
-- Answers how many there were.

local count = 0
for _, id in ipairs(ARGV) do
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    local job = {}
    for at = 1, #entry[2], 2 do
      job[entry[2][at]] = entry[2][at + 1]
    end
    redis.call('XADD', KEYS[1 + tonumber(job.place)], '*', 'key', job.key, 'body', job.body,
      'attempts', '0', 'expires', '0')
    redis.call('XDEL', KEYS[1], id)
    count = count + 1
  end
end
return count
