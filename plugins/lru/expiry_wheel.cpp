// SPDX-License-Identifier: Apache-2.0
#include "expiry_wheel.hpp"

#include <algorithm>

namespace larder::lru {

void ExpiryWheel::add(BlockRef ref) {
  link(ref);
  ++size_;
}

void ExpiryWheel::remove(BlockRef ref) {
  unlink(ref);
  --size_;
}

void ExpiryWheel::replace(BlockRef ref, BlockRef by) {
  const Block::Timer& timer = arena_.at(ref).timer();
  if (timer.previous >= kFirstOf)
    heads_[timer.previous - kFirstOf] = by;
  else
    arena_.at(timer.previous).timer().next = by;
  if (timer.next != 0) arena_.at(timer.next).timer().previous = by;
}

// The first tick that begins after the expiry time, so that no entry fires early.
std::uint64_t ExpiryWheel::tickOf(BlockRef ref) const {
  return std::min((arena_.at(ref).expiresNs() >> kTickBits) + 1, kLastTick);
}

// The level is that of the highest bits in which the tick differs from the current one.
std::uint32_t ExpiryWheel::slotFor(std::uint64_t tick) const {
  if (tick <= elapsed_) return static_cast<std::uint32_t>(elapsed_ % kSlots);
  const auto highest = static_cast<unsigned>(std::bit_width(tick ^ elapsed_)) - 1;
  const unsigned level = std::min(highest / kSlotBits, kLevels - 1);
  return static_cast<std::uint32_t>(level * kSlots + ((tick >> (level * kSlotBits)) % kSlots));
}

std::uint32_t ExpiryWheel::firstSlot() const {
  for (unsigned level = 0; level < kLevels; ++level)
    if (occupied_[level] != 0)
      return level * kSlots + static_cast<unsigned>(std::countr_zero(occupied_[level]));
  return kNoSlot;
}

// The first tick of the slot. All occupied slots lie ahead, within the level's current round.
std::uint64_t ExpiryWheel::startOf(std::uint32_t slot) const {
  const unsigned shift = slot / kSlots * kSlotBits;
  const std::uint64_t round = elapsed_ >> (shift + kSlotBits) << (shift + kSlotBits);
  return round + (std::uint64_t{slot % kSlots} << shift);
}

void ExpiryWheel::link(BlockRef ref) {
  const std::uint32_t slot = slotFor(tickOf(ref));
  Block::Timer& timer = arena_.at(ref).timer();
  timer.previous = kFirstOf + slot;
  timer.next = heads_[slot];
  if (timer.next != 0) arena_.at(timer.next).timer().previous = ref;
  heads_[slot] = ref;
  occupied_[slot / kSlots] |= std::uint64_t{1} << (slot % kSlots);
}

void ExpiryWheel::unlink(BlockRef ref) {
  const Block::Timer& timer = arena_.at(ref).timer();
  if (timer.next != 0) arena_.at(timer.next).timer().previous = timer.previous;
  if (timer.previous < kFirstOf) {
    arena_.at(timer.previous).timer().next = timer.next;
    return;
  }
  const std::uint32_t slot = timer.previous - kFirstOf;
  heads_[slot] = timer.next;
  if (timer.next == 0) occupied_[slot / kSlots] &= ~(std::uint64_t{1} << (slot % kSlots));
}

}  // namespace larder::lru
