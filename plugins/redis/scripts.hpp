// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_SCRIPTS_HPP
#define LARDER_REDIS_SCRIPTS_HPP

#include <string_view>

// What one native command can't do atomically, as Lua for EVAL. The text travels with each call, a few
// hundred bytes, instead of a hash with EVALSHA: after a restart or SCRIPT FLUSH that answers NOSCRIPT, and
// sending again then would let the commands behind it in the pipeline overtake.
namespace larder::redis {

/// SET with a condition on the version, or keeping the ttl. Answers 1, or 0 if a condition did not hold.
/// A ttl that is kept may have rounded down to 0 ms, which SET refuses.
inline constexpr std::string_view setScript = R"(
local value, ttl, keep, present, version = ARGV[1], ARGV[2], ARGV[3] == '1', ARGV[4] == '1', ARGV[5]
local left = redis.call('PTTL', KEYS[1])
if left == -2 and (present or version ~= '') then return 0 end
if version ~= '' and redis.call('GETRANGE', KEYS[1], 0, 7) ~= version then return 0 end
if keep and left >= 0 then ttl = math.max(left, 1) end
if keep and left == -1 then ttl = '-1' end
if ttl == '-1' then redis.call('SET', KEYS[1], value) else redis.call('SET', KEYS[1], value, 'PX', ttl) end
return 1)";

/// DELETE of one version. Answers 1, 0 if the entry has another version, -1 if there is none.
inline constexpr std::string_view deleteScript = R"(
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
if redis.call('GETRANGE', KEYS[1], 0, 7) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1]))";

/// Takes an entry's ttl away. Answers 1, or 0 if there is no entry.
inline constexpr std::string_view persistScript = R"(
redis.call('PERSIST', KEYS[1])
return redis.call('EXISTS', KEYS[1]))";

}  // namespace larder::redis

#endif
