-- Counts the events of a reader's partitions after its offset: exactly, also within an entry.
--
-- KEYS[1]  {prefix}:partitions       HASH    partition -> newest offset dropped from it
-- KEYS[2..]  {prefix}:log:{partition}  STREAM  of each partition that it reads
-- ARGV[1] epoch and ARGV[2] sequence of its offset, ARGV[3] most to count, ARGV[4..] the
-- partitions' names.
-- Answers {events, 1 if some of them are dropped}; counting ends at the most, so that nobody waits
-- long for it.

local epoch, sequence = tonumber(ARGV[1]), tonumber(ARGV[2])
local most = tonumber(ARGV[3])
local PAGE = 100
local events, trimmed = 0, 0

local function split(offset)
  local of, number = string.match(offset, '(%d+)-(%d+)')
  return tonumber(of), tonumber(number)
end

for place = 2, #KEYS do
  local floor = redis.call('HGET', KEYS[1], ARGV[place + 2])
  if floor then
    local floor_epoch, floor_sequence = split(floor)
    if floor_epoch > epoch or (floor_epoch == epoch and floor_sequence > sequence) then
      trimmed = 1
    end
  end
  local from = string.format('(%s-%s', ARGV[1], ARGV[2])
  while events < most do
    local entries = redis.call('XRANGE', KEYS[place], from, '+', 'COUNT', PAGE)
    for _, entry in ipairs(entries) do
      local fields = entry[2]
      if fields[1] ~= '' then
        local entry_epoch, last = split(entry[1])
        local size = #fields / 2
        if entry_epoch == epoch and last - size < sequence then
          size = last - sequence
        end
        events = events + size
      end
    end
    if #entries < PAGE then
      break
    end
    from = '(' .. entries[#entries][1]
  end
end
return {math.min(events, most), trimmed}
