// SPDX-License-Identifier: Apache-2.0
#include "scripts.hpp"

#include <openssl/evp.h>

namespace larder::redis {
namespace {

// A kept ttl may have been rounded down to 0 ms, which SET rejects.
constexpr std::string_view setText = R"(
local value, ttl, keep, present, version = ARGV[1], ARGV[2], ARGV[3] == '1', ARGV[4] == '1', ARGV[5]
local left = redis.call('PTTL', KEYS[1])
if left == -2 and (present or version ~= '') then return 0 end
if version ~= '' and redis.call('GETRANGE', KEYS[1], 0, 7) ~= version then return 0 end
if keep and left >= 0 then ttl = math.max(left, 1) end
if keep and left == -1 then ttl = '-1' end
if ttl == '-1' then redis.call('SET', KEYS[1], value) else redis.call('SET', KEYS[1], value, 'PX', ttl) end
return 1)";

constexpr std::string_view eraseText = R"(
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
if redis.call('GETRANGE', KEYS[1], 0, 7) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1]))";

constexpr std::string_view persistText = R"(
redis.call('PERSIST', KEYS[1])
return redis.call('EXISTS', KEYS[1]))";

// Lua's numbers are exact only up to 2^53. Beyond that INCRBY does the addition on the entry's own key, which
// briefly holds the bare number. It has no leading zeros, since INCRBY rejects them.
constexpr std::string_view incrementText = R"(
local amount, version, ttl = ARGV[1], ARGV[2], ARGV[3]
local stored = redis.call('GET', KEYS[1])
local number = '0'
if stored and #stored >= 8 then
  local sign, digits = string.match(stored, '^(%-?)0*(%d+)$', 9)
  if not digits or #digits > 19 then return false end
  number = digits == '0' and '0' or sign .. digits
  local left = redis.call('PTTL', KEYS[1])
  ttl = left >= 0 and tostring(math.max(left, 1)) or '-1'
end
local function put(value)
  if ttl == '-1' then redis.call('SET', KEYS[1], value) else redis.call('SET', KEYS[1], value, 'PX', ttl) end
end
local sum
if #number < 16 and #amount < 16 then
  sum = string.format('%.0f', tonumber(number) + tonumber(amount))
else
  redis.call('SET', KEYS[1], number)
  if type(redis.pcall('INCRBY', KEYS[1], amount)) ~= 'number' then
    put(stored)
    return false
  end
  sum = redis.call('GET', KEYS[1])
end
put(version .. sum)
return sum)";

constexpr std::string_view compareSetText = R"(
local stored = redis.call('GET', KEYS[1])
if not stored or #stored < 8 then return -1 end
if string.sub(stored, 9) ~= ARGV[1] then return 0 end
if ARGV[3] == '-1' then redis.call('SET', KEYS[1], ARGV[2])
else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1)";

constexpr std::string_view lockText = R"(
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1)";

constexpr std::string_view unlockText = R"(
local holder = redis.call('GET', KEYS[1])
if not holder then return -1 end
if holder ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1]))";

// A value that is not a generation stays, so that it is noticed. An error from SET, such as OOM, is returned
// unchanged.
constexpr std::string_view adoptText = R"(
local present = redis.call('GET', KEYS[1])
if present and (#present ~= 16 or string.sub(present, -#ARGV[2]) == ARGV[2]) then return present end
local stored = redis.pcall('SET', KEYS[1], ARGV[1])
if stored.err then return stored end
return ARGV[1])";

// PTTL and OBJECT IDLETIME do not count as an access to the key, unlike GETRANGE and STRLEN. A server that
// evicts by frequency keeps no idle times and replies with an error.
constexpr std::string_view introspectText = R"(
local left = redis.call('PTTL', KEYS[1])
if left == -2 then return false end
local idle = redis.pcall('OBJECT', 'IDLETIME', KEYS[1])
return {left, type(idle) == 'number' and idle or -1})";

constexpr std::array<std::string_view, scriptCount> texts{setText,       eraseText,      persistText,
                                                          incrementText, compareSetText, lockText,
                                                          unlockText,    adoptText,      introspectText};

// Redis identifies scripts by SHA-1; nothing relies on its strength. Empty if this OpenSSL build rejects it.
std::string sha1Of(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha1(), nullptr) != 1) return {};
  std::string hash;
  for (unsigned i = 0; i < size; ++i) {
    hash += digits[digest[i] >> 4U];
    hash += digits[digest[i] & 0xfU];
  }
  return hash;
}

std::array<std::string, scriptCount> hashesOfAll() {
  std::array<std::string, scriptCount> hashes;
  for (std::size_t i = 0; i < scriptCount; ++i) hashes[i] = sha1Of(texts[i]);
  return hashes;
}

}  // namespace

std::string_view textOf(Script script) { return texts[static_cast<std::size_t>(script)]; }

std::string_view hashOf(Script script) {
  static const auto hashes = hashesOfAll();
  return hashes[static_cast<std::size_t>(script)];
}

}  // namespace larder::redis
