-- Puts a job into its role's stream, once per key.
--
-- KEYS[1] {prefix}:work:{role}:{priority}  STREAM  key, body, attempts (deliveries made before this
--                                                  entry), expires (Unix ms, 0: never)
-- KEYS[2] {prefix}:work:{role}:key:{key}   STRING  marks a key that was put; expires
-- ARGV key, body, expires, seconds that keys are remembered
-- Answers the entry's id, or nil for a key that was put before.

if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[4]) then
  return nil
end
return redis.call('XADD', KEYS[1], '*', 'key', ARGV[1], 'body', ARGV[2], 'attempts', '0',
  'expires', ARGV[3])
