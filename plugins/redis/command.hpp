// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_COMMAND_HPP
#define LARDER_REDIS_COMMAND_HPP

#include "scripts.hpp"

#include <larder/abi.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace larder::redis {

/// The kinds of answer that a command can have beside an error.
enum class Expect : std::uint8_t {
  status,   ///< "+OK", or nil if a condition did not hold
  string,   ///< a string or nil
  integer,  ///< a number
  pair,     ///< two numbers or nil
  page,     ///< a cursor and a list of keys
};

/// A write: after it was sent, and until it is answered, nobody knows whether it has happened.
bool changesTheStore(const larder_op& op);

/// LOCK or UNLOCK, whose key names a lock and no entry.
bool isOfALock(const larder_op& op);

/// Appends one command, binary-safe.
void appendCommand(std::string& out, std::initializer_list<std::string_view> words);

/// Appends the command for `op` on the entry, or the lock, whose name in Redis is `keyStart` followed by
/// op.key. `version` goes in front of a value that is stored. A script that the server has is called by its
/// hash; otherwise its text goes along, and `known` remembers it. REQUIRES: op passed plugin::check or
/// plugin::checkExtension and is neither CLEAR_NAMESPACE nor PING.
Expect appendOperation(std::string& out, const larder_op& op, std::string_view keyStart,
                       std::uint64_t version, KnownScripts& known);

/// Appends the removal of an entry that nobody can see any more.
Expect appendRemoval(std::string& out, std::string_view keyStart, std::string_view key);

/// The bytes of a version in front of a stored value: little-endian on every machine, so that hosts of
/// different make agree.
inline constexpr std::size_t versionSize = 8;
std::string encodeVersion(std::uint64_t version);

/// REQUIRES: `bytes` holds at least versionSize of them.
std::uint64_t decodeVersion(std::string_view bytes);

}  // namespace larder::redis

#endif
