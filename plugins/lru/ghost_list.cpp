// SPDX-License-Identifier: Apache-2.0
#include "ghost_list.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace larder::lru {
namespace {

constexpr std::uint32_t kMainBit = 1U << 15;
constexpr std::uint32_t kTimeMask = kMainBit - 1;
constexpr std::uint32_t kForgotten = 1U << 15;  // more than any age

// A window is at most this many units of time, an eighth of the range of 15 bits.
constexpr std::uint64_t kUnitsPerWindow = 4096;

// Evictions from the main queue are remembered for a shorter time; measured on public traces.
constexpr double kMainWindow = 0.7;

std::uint32_t fingerprintOf(std::uint64_t hash) {
  const auto bits = static_cast<std::uint32_t>(hash >> 32) & 0xffff;
  return (bits != 0 ? bits : 1) << 16;
}

}  // namespace

void GhostList::fit(std::uint64_t entries) {
  if (entries <= entries_ + entries_ / 2 && entries >= entries_ / 3) return;
  const std::uint64_t planned = entries + entries / 8;
  const std::uint64_t lines = planned * 2 / 16 + 1;
  std::unique_ptr<Line[]> table(new (std::nothrow) Line[lines]());
  if (table == nullptr) return;
  table_ = std::move(table);
  lines_ = lines;
  entries_ = entries;
  const double count = static_cast<double>(std::max<std::uint64_t>(entries, 1));
  queues_[0] = {0, static_cast<std::uint64_t>(count), 0};
  queues_[1] = {0, std::max<std::uint64_t>(static_cast<std::uint64_t>(count * kMainWindow), 1), 0};
  shift_ = static_cast<unsigned>(std::bit_width(queues_[0].window / kUnitsPerWindow));
}

void GhostList::clear() {
  table_.reset();
  entries_ = lines_ = 0;
}

// Computes how long ago each ghost of a line was evicted, in units of time, or kForgotten. Branch-free, so
// that compilers vectorize it.
void GhostList::agesOf(const Line& line, std::array<std::uint32_t, kPerLine>& ages) const {
  const auto small_now = static_cast<std::uint32_t>(queues_[0].clock >> shift_);
  const auto main_now = static_cast<std::uint32_t>(queues_[1].clock >> shift_);
  const auto small_window = static_cast<std::uint32_t>(queues_[0].window >> shift_);
  const auto main_window = static_cast<std::uint32_t>(queues_[1].window >> shift_);
  for (std::size_t i = 0; i < kPerLine; ++i) {
    const std::uint32_t ghost = line.ghosts[i];
    const std::uint32_t is_main = 0U - ((ghost & kMainBit) / kMainBit);  // all bits or none
    const std::uint32_t now = (main_now & is_main) | (small_now & ~is_main);
    const std::uint32_t window = (main_window & is_main) | (small_window & ~is_main);
    const std::uint32_t age = (now - ghost) & kTimeMask;
    const bool counts = (ghost != 0) & (age <= window);  // without a jump
    ages[i] = counts ? age : kForgotten;
  }
}

void GhostList::remember(std::uint64_t hash, Ghost queue) {
  if (table_ == nullptr) return;
  Line& line = lineOf(hash);
  std::array<std::uint32_t, kPerLine> ages;
  agesOf(line, ages);
  // Age in the high bits, position in the low bits: the maximum is a forgotten ghost or, failing that, the
  // oldest.
  std::uint32_t largest = 0;
  for (std::uint32_t i = 0; i < kPerLine; ++i) largest = std::max(largest, ages[i] * kPerLine + i);
  Queue& of_queue = of(queue);
  ++of_queue.clock;
  of_queue.count = std::min(of_queue.count + 1, of_queue.window);
  line.ghosts[largest % kPerLine] = fingerprintOf(hash) | (queue == Ghost::main ? kMainBit : 0) |
                                    (static_cast<std::uint32_t>(of_queue.clock >> shift_) & kTimeMask);
}

GhostList::Ghost GhostList::recall(std::uint64_t hash) {
  if (table_ == nullptr) return Ghost::none;
  const std::uint32_t fingerprint = fingerprintOf(hash);
  Line& line = lineOf(hash);
  std::uint32_t same = 0;
  for (std::uint32_t i = 0; i < kPerLine; ++i)
    same |= static_cast<std::uint32_t>((line.ghosts[i] & 0xffff0000) == fingerprint) << i;
  if (same == 0) return Ghost::none;

  std::array<std::uint32_t, kPerLine> ages;
  agesOf(line, ages);
  for (; same != 0; same &= same - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(same));
    if (ages[i] == kForgotten) continue;
    const Ghost queue = (line.ghosts[i] & kMainBit) != 0 ? Ghost::main : Ghost::small;
    line.ghosts[i] = 0;
    if (of(queue).count > 0) --of(queue).count;
    return queue;
  }
  return Ghost::none;
}

}  // namespace larder::lru
