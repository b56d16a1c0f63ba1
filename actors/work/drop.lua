-- Takes jobs out of one stream so that no byte of them is left in it.
--
-- A deleted entry's bytes stay in its node until the node is empty. So the others leave theirs, too:
-- whoever was not handed out yet is put anew behind; what workers hold leaves as it is done.
--
-- KEYS[1] {prefix}:work:{role}:{priority} or :dead  STREAM
-- ARGV[1] group, or '' where there is none; ARGV[2..] ids of the unwanted.

local group = ARGV[1]
local handed_out = ''
if group ~= '' and redis.call('EXISTS', KEYS[1]) == 1 then
  for _, facts in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
    for at = 1, #facts, 2 do
      if facts[at] == 'last-delivered-id' then
        handed_out = facts[at + 1]
      end
    end
  end
end
for at = 2, #ARGV do
  if group ~= '' then
    redis.call('XACK', KEYS[1], group, ARGV[at])
  end
  redis.call('XDEL', KEYS[1], ARGV[at])
end
local first = (handed_out == '' or handed_out == '0-0') and '-' or '(' .. handed_out
local waiting = redis.call('XRANGE', KEYS[1], first, '+')
for _, entry in ipairs(waiting) do
  redis.call('XDEL', KEYS[1], entry[1])
end
for _, entry in ipairs(waiting) do
  redis.call('XADD', KEYS[1], '*', unpack(entry[2]))
end
