// SPDX-License-Identifier: Apache-2.0
//
// In a separate file: if gcc inlines these into a caller, it reports a mismatch of malloc and delete.
#include "counted_allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<long> allocations{0};
std::atomic<long> deletions{0};

void release(void* memory) {
  if (memory != nullptr) ++deletions;
  std::free(memory);
}

}  // namespace

namespace larder {

long allocationCount() { return allocations.load(); }
long liveAllocations() { return allocations.load() - deletions.load(); }

}  // namespace larder

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
