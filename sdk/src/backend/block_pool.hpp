// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_BLOCK_POOL_HPP
#define LARDER_BACKEND_BLOCK_POOL_HPP

#include <cstddef>
#include <new>

namespace larder {

/// Memory that a call needs until it is answered. Blocks of 256 bytes, 1 KiB and 4 KiB come from free lists
/// of the calling thread, larger ones from the heap. A thread keeps at most 16, 32 and 64 KiB of them. Since
/// one thread often ends what another started, full lists pass through a store shared by all threads, which
/// keeps at most 1 MiB of each size. Any excess goes back to the heap.
///
/// Thread-safe. A block may be freed on a different thread than the one that took it.
struct Block {
  void* data = nullptr;
  std::size_t size = 0;
};

/// Returns a block of at least `size` bytes, aligned for any type. Throws std::bad_alloc.
Block takeBlock(std::size_t size);
/// Returns a block to the pool.
void freeBlock(Block block) noexcept;

/// An allocator for std::allocate_shared and container nodes: it takes single objects from the pool.
template <class T>
struct BlockAllocator {
  using value_type = T;

  BlockAllocator() = default;
  template <class Other>
  BlockAllocator(const BlockAllocator<Other>&) noexcept {}

  T* allocate(std::size_t count) {
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    if (count == 1) return static_cast<T*>(takeBlock(sizeof(T)).data);
    return static_cast<T*>(::operator new(count * sizeof(T)));
  }
  void deallocate(T* object, std::size_t count) noexcept {
    if (count == 1) return freeBlock({object, sizeof(T)});
    ::operator delete(object);
  }
  template <class Other>
  bool operator==(const BlockAllocator<Other>&) const noexcept {
    return true;
  }
};

}  // namespace larder

#endif
