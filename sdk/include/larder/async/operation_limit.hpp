// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_OPERATION_LIMIT_HPP
#define LARDER_ASYNC_OPERATION_LIMIT_HPP

#include <larder/abi.h>

#include <atomic>
#include <cstdint>
#include <limits>

namespace larder::plugin {

/// Returns the bytes of an operation that count against a limit: its names and its values.
inline std::uint64_t bytesOf(const larder_op& op) {
  const std::uint64_t names = op.name_space.size + op.key.size;
  switch (op.opcode) {
    case LARDER_OP_SET:
    case LARDER_OP_LOCK:
    case LARDER_OP_UNLOCK:
    case LARDER_OP_SCAN: return names + op.value.size;
    case LARDER_OP_COMPARE_SET: return names + op.value.size + op.expected.size;
    default: return names;
  }
}

/// Bounds the operations that a backend holds, by their number and their bytes together. Thread-safe.
class OperationLimit {
 public:
  static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

  OperationLimit(std::uint64_t operations, std::uint64_t bytes) : operations_(operations), bytes_(bytes) {}

  /// Takes a slot for an operation of `bytes` bytes; returns false if none is free. A single operation
  /// is always accepted, however large it is.
  bool enter(std::uint64_t bytes) {
    if (entered_.fetch_add(1, std::memory_order_relaxed) >= operations_) {
      entered_.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
    if (bytes_ == unlimited) return true;
    const std::uint64_t others = enteredBytes_.fetch_add(bytes, std::memory_order_relaxed);
    if (others == 0 || others + bytes <= bytes_) return true;
    leave(bytes);
    return false;
  }

  /// Frees the slot of an operation that entered with `bytes`.
  void leave(std::uint64_t bytes) {
    if (bytes_ != unlimited) enteredBytes_.fetch_sub(bytes, std::memory_order_relaxed);
    entered_.fetch_sub(1, std::memory_order_relaxed);
  }

  /// Returns how many operations the limit allows.
  std::uint64_t operations() const { return operations_; }

  /// Returns how many operations have entered and not yet left.
  std::uint64_t entered() const { return entered_.load(std::memory_order_relaxed); }

 private:
  const std::uint64_t operations_;
  const std::uint64_t bytes_;
  std::atomic<std::uint64_t> entered_{0};
  std::atomic<std::uint64_t> enteredBytes_{0};
};

}  // namespace larder::plugin

#endif
