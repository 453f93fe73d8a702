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

/// The most tasks of a request: bounds the memory that one reply can take to that many of the largest values.
inline constexpr std::size_t kLargestBatch = 64;
/// Bytes after which a request takes no further task.
inline constexpr std::uint64_t kLargestRequest = std::uint64_t{1} << 20;

/// A GET, EXISTS, TTL or SET that takes one command, and what became of it. The views are borrowed until it
/// has ended.
struct Task {
  enum class State {
    open,
    answered,      ///< `answer` is final
    noGeneration,  ///< the server has no generation of the namespace: somebody must make one
    undecided,     ///< a SET found something: whether that is a live entry takes a look at it
    restless,      ///< the namespace was cleared again and again
  };

  /// Whether an operation with these is one.
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

  // Of the pipeline, for one round.
  std::size_t guess = 0;                   ///< which namespace
  std::optional<larder_status> settled{};  ///< SET: the server's answer
  MallocBytes bytes{};                     ///< a read: what was found
  std::size_t size = 0;
};

}  // namespace larder::memcached

#endif
