-- Lists the jobs that are to be tried again.
--
-- KEYS[1] {prefix}:work:{role}:later  ZSET
-- Answers {packed, body} of each.

local jobs = {}
for place, packed in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  jobs[place] = {packed, cmsgpack.unpack(packed).body}
end
return jobs
