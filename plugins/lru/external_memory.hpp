// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_EXTERNAL_MEMORY_HPP
#define LARDER_LRU_EXTERNAL_MEMORY_HPP

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace larder::lru {

/// Memory for a key and value that are too large for a block. From six pages on it is mapped directly, so
/// that freeing it returns the pages to the system at once; the allocator might keep them.
struct ExternalMemory {
  static constexpr std::uint64_t kFirstMapped = 24576;
  static constexpr std::uint64_t kPage = 4096;

  /// Returns the bytes that the process grows by for an allocation of `size` bytes.
  static std::uint64_t costOf(std::uint64_t size) {
    if (size >= kFirstMapped) return (size + kPage - 1) / kPage * kPage;
    return (size + 8 + 15) / 16 * 16;
  }

  /// Returns nullptr if there is no memory.
  static char* allocate(std::uint64_t size) {
    if (size < kFirstMapped) return static_cast<char*>(::operator new(size, std::nothrow));
    void* const pages = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? nullptr : static_cast<char*>(pages);
  }

  static void free(char* memory, std::uint64_t size) {
    if (size < kFirstMapped)
      ::operator delete(memory);
    else
      ::munmap(memory, size);
  }
};

}  // namespace larder::lru

#endif
