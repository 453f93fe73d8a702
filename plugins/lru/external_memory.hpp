// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_EXTERNAL_MEMORY_HPP
#define LARDER_LRU_EXTERNAL_MEMORY_HPP

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace larder::lru {

/// Memory for a key and value that are too large for a block. From half a dozen pages on in pages of its own,
/// which the system gets back at once; the allocator might keep them.
struct ExternalMemory {
  static constexpr std::uint64_t kFirstMapped = 24576;
  static constexpr std::uint64_t kPage = 4096;

  /// What the process grows by for so many bytes.
  static std::uint64_t costOf(std::uint64_t size) {
    if (size >= kFirstMapped) return (size + kPage - 1) / kPage * kPage;
    return (size + 8 + 15) / 16 * 16;
  }

  /// nullptr if there is no memory.
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
