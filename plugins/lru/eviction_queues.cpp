// SPDX-License-Identifier: Apache-2.0
#include "eviction_queues.hpp"

#include "arena.hpp"
#include "sampled_keys.hpp"

#include <algorithm>

namespace larder::lru {
namespace {

// Tuned by replaying public traces; see docs/benchmarks.md.
constexpr double kLeastShare = 0.001;
constexpr double kMostShare = 0.6;
constexpr double kStep = 0.05;

}  // namespace

template <class Entries>
Place EvictionQueues<Entries>::placeFor(std::uint64_t hash, std::uint64_t weight) {
  if (policy_ == Policy::lru) return Place::main;
  const GhostList::Ghost ghost = ghosts_.recall(hash);
  if (ghost != GhostList::Ghost::none) adapt(ghost, weight);
  if (ghost == GhostList::Ghost::small) return Place::main;
  return evicted_ ? Place::small : Place::main;
}

template <class Entries>
void EvictionQueues<Entries>::adapt(GhostList::Ghost ghost, std::uint64_t weight) {
  const bool grow = ghost == GhostList::Ghost::small;
  const double ours = static_cast<double>(std::max<std::uint64_t>(ghosts_.count(ghost), 1));
  const double others =
      static_cast<double>(ghosts_.count(grow ? GhostList::Ghost::main : GhostList::Ghost::small));
  const double total = static_cast<double>(std::max<std::uint64_t>(small_.weight + main_.weight, 1));
  const double change = kStep * std::max(1.0, others / ours) * static_cast<double>(weight) / total;
  smallShare_ = std::clamp(smallShare_ + (grow ? change : -change), kLeastShare, kMostShare);
}

template <class Entries>
void EvictionQueues<Entries>::add(Ref ref, Place place, std::uint64_t weight) {
  Queue& queue = queueOf(place);
  auto& block = entries_.at(ref);
  block.place = place;
  block.previous = 0;
  block.next = queue.newest;
  (queue.newest != 0 ? entries_.at(queue.newest).previous : queue.oldest) = ref;
  queue.newest = ref;
  queue.weight += weight;
}

template <class Entries>
void EvictionQueues<Entries>::remove(Ref ref, std::uint64_t weight) {
  const auto& block = entries_.at(ref);
  Queue& queue = queueOf(block.place);
  (block.previous != 0 ? entries_.at(block.previous).next : queue.newest) = block.next;
  (block.next != 0 ? entries_.at(block.next).previous : queue.oldest) = block.previous;
  queue.weight -= weight;
}

template <class Entries>
void EvictionQueues<Entries>::replace(Ref ref, Ref by) {
  const auto& block = entries_.at(ref);
  Queue& queue = queueOf(block.place);
  (block.previous != 0 ? entries_.at(block.previous).next : queue.newest) = by;
  (block.next != 0 ? entries_.at(block.next).previous : queue.oldest) = by;
}

template <class Entries>
void EvictionQueues<Entries>::renew(Ref ref, std::uint64_t weight) {
  const Place place = entries_.at(ref).place;
  if (queueOf(place).newest == ref) return;
  remove(ref, weight);
  add(ref, place, weight);
}

template <class Entries>
bool EvictionQueues<Entries>::takesFromSmall() const {
  if (small_.oldest == 0) return false;
  const auto total = static_cast<double>(small_.weight + main_.weight);
  return main_.oldest == 0 || static_cast<double>(small_.weight) >= smallShare_ * total;
}

template <class Entries>
void EvictionQueues<Entries>::remember(std::uint64_t hash, Place place, std::uint64_t entries) {
  if (restoring_) return;
  evicted_ = true;
  if (policy_ == Policy::lru) return;
  ghosts_.fit(entries);
  ghosts_.remember(hash, place == Place::main ? GhostList::Ghost::main : GhostList::Ghost::small);
}

template class EvictionQueues<Arena>;
template class EvictionQueues<SampledKeys::OfSize>;

}  // namespace larder::lru
