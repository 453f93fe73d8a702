// SPDX-License-Identifier: Apache-2.0
#include "arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <mutex>
#include <new>
#include <utility>

namespace larder::lru {
namespace {

constexpr std::uint64_t kPage = 4096;

// MADV_COLLAPSE, since Linux 6.1; the C library's headers may be older.
constexpr int kCollapse = 25;

// From this size on, a class grows by huge pages. The last page may stay mostly empty, which is little
// compared with the rest.
constexpr std::uint64_t kHugeAtOnceFrom = std::uint64_t{32} << 20;

// An arena with fewer addresses per class is useless.
constexpr std::uint64_t kLeastClassBytes = std::uint64_t{64} << 20;

constexpr std::uint64_t roundUp(std::uint64_t size, std::uint64_t step) {
  return (size + step - 1) / step * step;
}

}  // namespace

Mapping::Mapping(std::size_t size, bool reserved) : size_(size) {
  void* const address = ::mmap(nullptr, size, reserved ? PROT_NONE : PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) throw std::bad_alloc();
  data_ = static_cast<char*>(address);
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

bool Mapping::commit(std::size_t offset, std::size_t size) {
  return ::mprotect(data_ + offset, size, PROT_READ | PROT_WRITE) == 0;
}

void Mapping::advise(std::size_t offset, std::size_t size, int advice) {
  ::madvise(data_ + offset, size, advice);
}

void Mapping::discard(std::size_t offset, std::size_t size) {
  ::madvise(data_ + offset, size, MADV_DONTNEED);
}

Arena::Arena(std::uint64_t bytes, std::uint32_t spanSize)
    : spanBits_(static_cast<std::uint32_t>(std::countr_zero(spanSize))),
      largestBlock_(std::min(spanSize / 4, SizeClasses::kLargest)),
      classBytes_(roundUp(bytes + 2 * spanSize, Mapping::kHugePage)) {
  while (!reserve()) classBytes_ = roundUp(classBytes_ / 2, Mapping::kHugePage);
  const auto begin = roundUp(reinterpret_cast<std::uintptr_t>(memory_.data()), Mapping::kHugePage);
  const std::uint64_t most_spans = classBytes_ >> spanBits_;

  for (std::uint32_t number = 1; number < SizeClasses::kCount; ++number) {
    Class& c = classes_[number];
    c.blockSize = SizeClasses::sizeOf(number);
    if (c.blockSize > largestBlock_) break;
    c.base = reinterpret_cast<char*>(begin) + number * classBytes_;
    c.perSpan = spanSize / c.blockSize;
    c.slotBits = static_cast<std::uint32_t>(std::bit_width(c.perSpan - 1));
    c.spanLimit = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(most_spans, std::uint64_t{1} << (kNumberBits - c.slotBits)));
    c.spans = reinterpret_cast<Span*>(spans_.data()) + number * most_spans;
  }
}

bool Arena::reserve() try {
  // One extra huge page, so that each class can begin at a huge page boundary.
  memory_ = Mapping(SizeClasses::kCount * classBytes_ + Mapping::kHugePage, true);
  spans_ = Mapping(SizeClasses::kCount * (classBytes_ >> spanBits_) * sizeof(Span), false);
  return true;
} catch (const std::bad_alloc&) {
  if (classBytes_ <= kLeastClassBytes) throw;
  return false;
}

std::uint32_t Arena::acquireSpan(std::uint32_t number) {
  const std::lock_guard lock(lock_);
  Class& c = classes_[number];
  if (!c.spare.empty()) {
    const std::uint32_t span = c.spare.back();
    c.spare.pop_back();
    return span;
  }
  if (c.spanCount == c.spanLimit) return kNoSpan;
  const std::uint64_t end = (std::uint64_t{c.spanCount} + 1) << spanBits_;
  if (end > c.committed) {
    // Reserves room to list every span as spare, so that releasing a span cannot fail.
    c.spare.reserve(c.spanCount + (Mapping::kHugePage >> spanBits_) + 1);
    const auto offset = static_cast<std::size_t>(c.base - memory_.data());
    if (!memory_.commit(offset + c.committed, Mapping::kHugePage)) return kNoSpan;
    if (c.committed >= kHugeAtOnceFrom) {
      // Only the new stretch is advised: otherwise the system would refill older stretches whose spans were
      // released.
      memory_.advise(offset + c.committed, Mapping::kHugePage, MADV_HUGEPAGE);
      memory_.advise(offset + c.committed - Mapping::kHugePage, Mapping::kHugePage, MADV_NOHUGEPAGE);
    }
    c.committed += Mapping::kHugePage;
  }
  return c.spanCount++;
}

void Arena::releaseSpan(std::uint32_t number, std::uint32_t span) {
  Class& c = classes_[number];
  c.spans[span] = Span{};
  // A span smaller than a page shares it with other spans and stays resident; such a cache is too small for
  // this to matter.
  if (spanSize() >= kPage)
    memory_.discard(static_cast<std::size_t>(c.base - memory_.data()) + (std::size_t{span} << spanBits_),
                    spanSize());
  const std::lock_guard lock(lock_);
  c.spare.push_back(span);
}

BlockRef Arena::refOf(const Block& block) const {
  const auto* const address = reinterpret_cast<const char*>(&block);
  const auto number = static_cast<std::uint32_t>(
      static_cast<std::uint64_t>(address - (classes_[1].base - classBytes_)) / classBytes_);
  const Class& c = classes_[number];
  const auto offset = static_cast<std::uint64_t>(address - c.base);
  const auto slot = static_cast<std::uint32_t>((offset & (spanSize() - 1)) / c.blockSize);
  return refOf(number, static_cast<std::uint32_t>(offset >> spanBits_), slot);
}

void Arena::collapse(int limit) {
  for (Class& c : classes_) {
    for (; limit > 0; --limit) {
      char* stretch = nullptr;
      {
        const std::lock_guard lock(lock_);
        // The newest stretch is skipped: its owners have not touched all of its pages yet. A class with spare
        // spans is skipped: collapsing would make their released pages resident again.
        const std::uint64_t used = std::uint64_t{c.spanCount} << spanBits_;
        if (c.collapsed + 2 * Mapping::kHugePage > used || !c.spare.empty()) break;
        if (c.collapsed >= kHugeAtOnceFrom) break;
        stretch = c.base + c.collapsed;
        c.collapsed += Mapping::kHugePage;
      }
      ::madvise(stretch, Mapping::kHugePage, kCollapse);
    }
  }
}

}  // namespace larder::lru
