// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_EXPIRY_WHEEL_HPP
#define LARDER_LRU_EXPIRY_WHEEL_HPP

#include "arena.hpp"
#include "block.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace larder::lru {

/// Orders entries by expiry time. Uses the scheme of larder::TimerWheel, but where that has timers of 32
/// bytes linked by address, the links here take 8 bytes of the block and are references, so that blocks can
/// move. Six levels of 64 slots; a tick is 67 ms. Not thread-safe: the shard's lock guards it.
class ExpiryWheel {
 public:
  explicit ExpiryWheel(const Arena& arena) : arena_(arena) {}

  /// REQUIRES: the block is timed, its expiresNs is set, and it is not in the wheel.
  void add(BlockRef ref);
  void remove(BlockRef ref);
  void replace(BlockRef ref, BlockRef by);
  bool empty() const { return size_ == 0; }

  /// Calls fire(BlockRef) for each expired entry, at most a tick late; `fire` must remove it from the wheel.
  /// Takes at most `limit` steps, each of which fires one entry or moves one down a level. Returns true if
  /// more are due.
  template <class Fire>
  bool advance(std::uint64_t nowNs, int limit, Fire fire);

 private:
  static constexpr unsigned kTickBits = 26;
  static constexpr unsigned kSlotBits = 6;
  static constexpr unsigned kSlots = 1U << kSlotBits;
  static constexpr unsigned kLevels = 6;
  static constexpr std::uint64_t kLastTick = (std::uint64_t{1} << (kSlotBits * kLevels)) - 1;
  static constexpr std::uint32_t kNoSlot = UINT32_MAX;
  // Added to a slot's number, stands in for the previous entry's reference in the first entry of the slot. No
  // size class number is that high.
  static constexpr BlockRef kFirstOf = 0xfe000000;

  std::uint64_t tickOf(BlockRef ref) const;
  std::uint32_t slotFor(std::uint64_t tick) const;
  std::uint32_t firstSlot() const;
  std::uint64_t startOf(std::uint32_t slot) const;
  void unlink(BlockRef ref);
  void link(BlockRef ref);

  const Arena& arena_;
  std::uint64_t elapsed_ = 0;  // in ticks
  std::uint64_t size_ = 0;
  std::array<std::uint64_t, kLevels> occupied_{};
  std::array<BlockRef, std::size_t{kLevels} * kSlots> heads_{};
};

template <class Fire>
bool ExpiryWheel::advance(std::uint64_t nowNs, int limit, Fire fire) {
  const std::uint64_t now = nowNs >> kTickBits;
  for (;;) {
    const std::uint32_t slot = firstSlot();
    if (slot == kNoSlot || startOf(slot) > now) {
      if (now > elapsed_) elapsed_ = now;
      return false;
    }
    if (limit-- == 0) return true;
    if (startOf(slot) > elapsed_) elapsed_ = startOf(slot);
    const BlockRef ref = heads_[slot];
    if (const BlockRef next = arena_.at(ref).timer().next; next != 0) __builtin_prefetch(&arena_.at(next));
    if (slot < kSlots) {
      fire(ref);
      continue;
    }
    unlink(ref);
    link(ref);
  }
}

}  // namespace larder::lru

#endif
