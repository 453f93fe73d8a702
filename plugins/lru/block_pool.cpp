// SPDX-License-Identifier: Apache-2.0
#include "block_pool.hpp"

#include <utility>

namespace larder::lru {
namespace {

// How many spans with room are compared to find the sparsest.
constexpr int kSpansCompared = 64;

}  // namespace

BlockPool::~BlockPool() {
  if (spare_.number != 0) arena_.releaseSpan(spare_.number, spare_.span);
}

BlockRef BlockPool::take(std::uint32_t number) {
  Class& c = classes_[number];
  if (c.recent != 0) return std::exchange(c.recent, 0);
  if (c.first == Arena::kNoSpan) return 0;
  const std::uint32_t index = c.first;
  Arena::Span& span = arena_.span(number, index);
  std::uint32_t slot = span.fresh;
  if (span.freed != 0) {
    slot = span.freed - 1U;
    span.freed = static_cast<std::uint16_t>(arena_.at(arena_.refOf(number, index, slot)).next);
  } else {
    ++span.fresh;
  }
  --c.free;
  if (++span.used == arena_.blocksPerSpan(number)) unlist(number, index);
  return arena_.refOf(number, index, slot);
}

bool BlockPool::addSpan(std::uint32_t number) {
  std::uint32_t index = Arena::kNoSpan;
  if (spare_.number == number) {
    index = spare_.span;
    spare_ = {};
  } else {
    index = arena_.acquireSpan(number);
  }
  if (index == Arena::kNoSpan) return false;
  ++spans_;
  classes_[number].free += arena_.blocksPerSpan(number);
  list(number, index);
  return true;
}

// A full shard keeps freeing a block and allocating one of the same class. The block freed last is kept for
// the next allocation, since its memory is still in the processor's cache. The exception is the last block in
// use of a span: freeing it releases the whole span.
void BlockPool::give(BlockRef ref) {
  Class& c = classes_[Arena::classOf(ref)];
  arena_.at(ref).place = Place::nowhere;
  if (c.recent != 0) giveToSpan(std::exchange(c.recent, 0));
  if (arena_.span(Arena::classOf(ref), arena_.spanOf(ref)).used == 1) return giveToSpan(ref);
  c.recent = ref;
}

void BlockPool::giveToSpan(BlockRef ref) {
  const std::uint32_t number = Arena::classOf(ref);
  const std::uint32_t index = arena_.spanOf(ref);
  Arena::Span& span = arena_.span(number, index);
  Block& block = arena_.at(ref);
  block.place = Place::nowhere;
  block.next = span.freed;
  span.freed = static_cast<std::uint16_t>(arena_.slotOf(ref) + 1);
  ++classes_[number].free;
  if (--span.used == 0) return release(number, index);
  if (span.listed == 0 && span.used + 1U == arena_.blocksPerSpan(number)) list(number, index);
}

BlockPool::Sparse BlockPool::takeSparse() {
  Sparse sparse;
  std::uint64_t most = 0;
  for (std::uint32_t number = 1; number < SizeClasses::kCount; ++number) {
    const Class& c = classes_[number];
    // The span's blocks must fit into the other spans of its class.
    if (c.free <= arena_.blocksPerSpan(number) || c.free * SizeClasses::sizeOf(number) <= most) continue;
    most = c.free * SizeClasses::sizeOf(number);
    sparse.number = number;
  }
  if (sparse.number == 0) return sparse;

  // The block kept for reuse counts as used and would keep its span from being emptied.
  if (BlockRef& recent = classes_[sparse.number].recent; recent != 0) giveToSpan(std::exchange(recent, 0));
  if (classes_[sparse.number].first == Arena::kNoSpan) return {};
  std::uint32_t index = sparse.span = classes_[sparse.number].first;
  for (int i = 0; i < kSpansCompared && index != Arena::kNoSpan; ++i) {
    const Arena::Span& span = arena_.span(sparse.number, index);
    if (span.used < arena_.span(sparse.number, sparse.span).used) sparse.span = index;
    index = span.next;
  }
  unlist(sparse.number, sparse.span);
  return sparse;
}

void BlockPool::restore(Sparse sparse) { list(sparse.number, sparse.span); }

void BlockPool::list(std::uint32_t number, std::uint32_t index) {
  Class& c = classes_[number];
  Arena::Span& span = arena_.span(number, index);
  span.listed = 1;
  span.previous = Arena::kNoSpan;
  span.next = c.first;
  if (c.first != Arena::kNoSpan) arena_.span(number, c.first).previous = index;
  c.first = index;
}

void BlockPool::unlist(std::uint32_t number, std::uint32_t index) {
  Arena::Span& span = arena_.span(number, index);
  span.listed = 0;
  if (span.previous == Arena::kNoSpan)
    classes_[number].first = span.next;
  else
    arena_.span(number, span.previous).next = span.next;
  if (span.next != Arena::kNoSpan) arena_.span(number, span.next).previous = span.previous;
}

void BlockPool::release(std::uint32_t number, std::uint32_t index) {
  if (arena_.span(number, index).listed != 0) unlist(number, index);
  classes_[number].free -= arena_.blocksPerSpan(number);
  --spans_;
  if (spare_.number != 0) arena_.releaseSpan(spare_.number, spare_.span);
  spare_ = {number, index};
}

}  // namespace larder::lru
