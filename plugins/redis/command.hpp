// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_COMMAND_HPP
#define LARDER_REDIS_COMMAND_HPP

#include "scripts.hpp"

#include <larder/async/pending_operations.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace larder::redis {

/// The kind of reply that a command expects, apart from an error.
enum class Expect : std::uint8_t {
  status,   ///< "+OK", or nil if a condition did not hold
  string,   ///< a string or nil
  integer,  ///< a number
  pair,     ///< two numbers or nil
  page,     ///< a cursor and a list of keys
  any,      ///< anything
};

/// The opcode of commands that the plugin itself sends to a node of a cluster; no host may use it. op.value
/// holds op.number commands in RESP. The operation succeeds with whatever reply the last of them receives,
/// also an error: op.result.owner is then the redisReply. Its only flag is rawWrite.
inline constexpr std::uint32_t rawCommands = 0xffff'fff0;
inline constexpr std::uint32_t rawWrite = 1;  ///< the last command is a write

/// Returns true for a write. Once a write is sent, its outcome is unknown until the reply arrives.
inline bool changesTheStore(const larder_op& op) {
  return op.opcode == rawCommands ? op.flags == rawWrite : plugin::changesTheStore(op);
}

/// Returns true for LOCK and UNLOCK, whose key names a lock rather than an entry.
bool isOfALock(const larder_op& op);

/// Appends one command, binary-safe.
void appendCommand(std::string& out, std::initializer_list<std::string_view> words);

/// Appends the command for `op` on the entry or lock whose Redis key is `keyStart` followed by op.key. A
/// stored value is prefixed with `version`. A script that the server has is called by its hash; otherwise the
/// command carries its text and `known` records it. REQUIRES: op passed plugin::check or
/// plugin::checkExtension and is neither CLEAR_NAMESPACE nor PING.
Expect appendOperation(std::string& out, const larder_op& op, std::string_view keyStart,
                       std::uint64_t version, KnownScripts& known);

/// Appends a command that removes an entry no longer visible to any client.
Expect appendRemoval(std::string& out, std::string_view keyStart, std::string_view key);

/// The size in bytes of the version that precedes a stored value. It is little-endian on every machine, so
/// that hosts of different architectures agree.
inline constexpr std::size_t versionSize = 8;
std::string encodeVersion(std::uint64_t version);

/// REQUIRES: `bytes` holds at least versionSize bytes.
std::uint64_t decodeVersion(std::string_view bytes);

}  // namespace larder::redis

#endif
