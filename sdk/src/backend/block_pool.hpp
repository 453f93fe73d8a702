// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_BLOCK_POOL_HPP
#define LARDER_BACKEND_BLOCK_POOL_HPP

#include <cstddef>
#include <new>

namespace larder {

/// Memory for what a call needs until its answer. Blocks of 256 bytes, 1 KiB and 4 KiB come from free
/// lists of the calling thread, larger ones from the heap. A thread keeps at most 16, 32 and 64 KiB of them;
/// since one thread often starts what another ends, full lists are passed on through a store that all threads
/// share, which keeps at most 1 MiB of each size. What is beyond goes back to the heap.
///
/// Thread-safe. A block may be freed on another thread than it was taken on.
struct Block {
  void* data = nullptr;
  std::size_t size = 0;
};

/// A block of at least `size` bytes, aligned for any type. Throws std::bad_alloc.
Block takeBlock(std::size_t size);
/// Gives it back.
void freeBlock(Block block) noexcept;

/// For std::allocate_shared and the nodes of containers: single objects are such blocks.
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
