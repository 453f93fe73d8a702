// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_BLOCK_POOL_HPP
#define LARDER_BACKEND_BLOCK_POOL_HPP

#include <cstddef>

namespace larder {

/// Memory for what a call needs until its answer. Blocks of 1 and 4 KiB come from free lists of the calling
/// thread, larger ones from the heap. A thread keeps at most 32 KiB and 64 KiB of them; since one thread
/// often starts what another ends, full lists are passed on through a store that all threads share, which
/// keeps at most 1 MiB of each size. What is beyond goes back to the heap.
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

}  // namespace larder

#endif
