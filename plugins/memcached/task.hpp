// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_TASK_HPP
#define LARDER_MEMCACHED_TASK_HPP

#include "pending_op.hpp"

#include <larder/abi.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace larder::memcached {

/// The most tasks in one request. It bounds the memory of one reply to this many of the largest values.
inline constexpr std::size_t kLargestBatch = 64;
/// The size in bytes after which a request takes no further task.
inline constexpr std::uint64_t kLargestRequest = std::uint64_t{1} << 20;

/// A GET, EXISTS, TTL or SET that needs only one command, and its result. The views are borrowed until the
/// task has ended.
struct Task {
  enum class State {
    open,
    answered,      ///< `answer` is final
    noGeneration,  ///< the server has no generation of the namespace; the caller must create one
    undecided,     ///< a SET found something; a read has to show whether that is a live entry
    restless,      ///< the namespace was cleared repeatedly
  };

  /// Returns whether an operation with these is a simple one, which a Task can perform.
  static bool takes(std::uint32_t opcode, std::uint32_t flags) {
    if (opcode == LARDER_OP_SET)
      return (flags & (LARDER_IF_PRESENT | LARDER_IF_VERSION | LARDER_KEEP_TTL)) == 0;
    return opcode == LARDER_OP_GET || opcode == LARDER_OP_EXISTS || opcode == LARDER_OP_TTL;
  }

  std::uint32_t opcode = LARDER_OP_GET;
  bool onlyIfAbsent = false;  ///< SET
  std::string_view nameSpace{};
  std::string_view key{};
  std::string_view value{};    ///< SET
  std::uint64_t version = 0;   ///< SET
  std::int64_t expiresMs = 0;  ///< SET

  State state = State::open;
  Answer answer{};

  bool isWrite() const { return opcode == LARDER_OP_SET; }

  // Used by the pipeline, for one round.
  std::size_t guess = 0;                   ///< the index of the namespace's guess
  std::optional<larder_status> settled{};  ///< SET: the server's answer
  MallocBytes bytes{};                     ///< a read: the bytes found
  std::size_t size = 0;
};

}  // namespace larder::memcached

#endif
