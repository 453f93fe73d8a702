// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_BUCKET_HPP
#define LARDER_LRU_BUCKET_HPP

#include "block.hpp"

#include <atomic>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace larder::lru {

/// Ten slots in one cache line, each a 16-bit tag and a reference. An entry whose home bucket is full
/// overflows to the next bucket with room. Every bucket that it passes counts it, so that a look-up probes
/// exactly as far as it must.
struct alignas(64) Bucket {
  static constexpr unsigned kSlots = 10;

  std::atomic<std::uint64_t> tags[2];  // four in each word; 0: empty slot
  std::atomic<std::uint32_t> lastTags;
  // The low half counts the entries that passed. The high half is a sequence number, odd during a change: it
  // tells a reader that found nothing whether the bucket changed meanwhile.
  std::atomic<std::uint32_t> state;
  std::atomic<BlockRef> refs[kSlots];

  /// Returns a bit mask of the slots with the tag.
  unsigned match(std::uint16_t tag) const;
  std::uint32_t passed() const { return state.load(std::memory_order_acquire) & 0xffff; }

  // For the writer, which holds the shard's lock:
  void put(unsigned slot, std::uint16_t tag, BlockRef ref);
  void pass(int change);

 private:
  void setTag(unsigned slot, std::uint16_t tag);
};
static_assert(sizeof(Bucket) == 64);

// SSE2 is part of x86-64, so no run-time dispatch is needed; wider instructions would not be faster for
// twenty bytes. The tags are loaded atomically a word at a time, which costs no more than plain loads.
inline unsigned Bucket::match(std::uint16_t tag) const {
  const std::uint64_t low = tags[0].load(std::memory_order_acquire);
  const std::uint64_t high = tags[1].load(std::memory_order_acquire);
  const std::uint32_t last = lastTags.load(std::memory_order_acquire);
#if defined(__SSE2__)
  const __m128i all = _mm_set_epi64x(static_cast<long long>(high), static_cast<long long>(low));
  const __m128i equal = _mm_cmpeq_epi16(all, _mm_set1_epi16(static_cast<short>(tag)));
  const auto slots = static_cast<unsigned>(_mm_movemask_epi8(_mm_packs_epi16(equal, _mm_setzero_si128())));
#else
  unsigned slots = 0;
  for (unsigned i = 0; i < 4; ++i) {
    slots |= static_cast<unsigned>(static_cast<std::uint16_t>(low >> (16 * i)) == tag) << i;
    slots |= static_cast<unsigned>(static_cast<std::uint16_t>(high >> (16 * i)) == tag) << (4 + i);
  }
#endif
  return slots | (static_cast<unsigned>((last & 0xffff) == tag) << 8) |
         (static_cast<unsigned>((last >> 16) == tag) << 9);
}

inline void Bucket::setTag(unsigned slot, std::uint16_t tag) {
  if (slot >= 8) {
    const unsigned shift = 16 * (slot - 8);
    const std::uint32_t others = lastTags.load(std::memory_order_relaxed) & ~(0xffffU << shift);
    lastTags.store(others | (std::uint32_t{tag} << shift), std::memory_order_release);
    return;
  }
  auto& word = tags[slot / 4];
  const unsigned shift = 16 * (slot % 4);
  const std::uint64_t others = word.load(std::memory_order_relaxed) & ~(std::uint64_t{0xffff} << shift);
  word.store(others | (std::uint64_t{tag} << shift), std::memory_order_release);
}

inline void Bucket::put(unsigned slot, std::uint16_t tag, BlockRef ref) {
  const std::uint32_t before = state.load(std::memory_order_relaxed);
  state.store(before + 0x10000, std::memory_order_relaxed);
  // Release stores, so that no reader sees them before the odd sequence number.
  refs[slot].store(ref, std::memory_order_release);
  setTag(slot, tag);
  state.store(before + 0x20000, std::memory_order_release);
}

// Saturates: a count that is too high only makes look-ups longer.
inline void Bucket::pass(int change) {
  const std::uint32_t before = state.load(std::memory_order_relaxed);
  const std::uint32_t count = before & 0xffff;
  if (count == 0xffff) return;
  const std::uint32_t after = (count + static_cast<std::uint32_t>(change)) & 0xffff;
  state.store(((before & 0xffff0000) + 0x20000) | after, std::memory_order_release);
}

}  // namespace larder::lru

#endif
