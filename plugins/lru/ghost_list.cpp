// SPDX-License-Identifier: Apache-2.0
#include "ghost_list.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace larder::lru {
namespace {

constexpr std::uint32_t kMainBit = 1U << 15;
constexpr std::uint32_t kTimeMask = kMainBit - 1;

// A window is at most this many units of time, an eighth of what 15 bits hold.
constexpr std::uint64_t kUnitsPerWindow = 4096;

// What left the main queue is worth remembering for less long; measured on public traces.
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

GhostList::Line& GhostList::lineOf(std::uint64_t hash) const {
  return table_[((hash & 0xffffffff) * lines_) >> 32];
}

std::uint32_t GhostList::ageOf(std::uint32_t ghost) const {
  const Queue& queue = queues_[(ghost & kMainBit) != 0 ? 1 : 0];
  return static_cast<std::uint32_t>((queue.clock >> shift_) - (ghost & kTimeMask)) & kTimeMask;
}

bool GhostList::current(std::uint32_t ghost) const {
  const Queue& queue = queues_[(ghost & kMainBit) != 0 ? 1 : 0];
  return ghost != 0 && ageOf(ghost) <= queue.window >> shift_;
}

void GhostList::remember(std::uint64_t hash, Ghost queue) {
  if (table_ == nullptr) return;
  std::uint32_t* oldest = nullptr;
  for (std::uint32_t& ghost : lineOf(hash).ghosts) {
    if (!current(ghost)) {
      oldest = &ghost;
      break;
    }
    if (oldest == nullptr || ageOf(ghost) > ageOf(*oldest)) oldest = &ghost;
  }
  Queue& of_queue = of(queue);
  ++of_queue.clock;
  of_queue.count = std::min(of_queue.count + 1, of_queue.window);
  *oldest = fingerprintOf(hash) | (queue == Ghost::main ? kMainBit : 0) |
            (static_cast<std::uint32_t>(of_queue.clock >> shift_) & kTimeMask);
}

GhostList::Ghost GhostList::recall(std::uint64_t hash) {
  if (table_ == nullptr) return Ghost::none;
  const std::uint32_t fingerprint = fingerprintOf(hash);
  for (std::uint32_t& ghost : lineOf(hash).ghosts) {
    if ((ghost & 0xffff0000) != fingerprint || !current(ghost)) continue;
    const Ghost queue = (ghost & kMainBit) != 0 ? Ghost::main : Ghost::small;
    ghost = 0;
    if (of(queue).count > 0) --of(queue).count;
    return queue;
  }
  return Ghost::none;
}

}  // namespace larder::lru
