// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LRU_SAMPLED_KEYS_HPP
#define LARDER_LRU_SAMPLED_KEYS_HPP

#include "arena.hpp"
#include "block.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace larder::lru {

/// The keys of a sample, each with its place in several simulated caches. Holds hashes and sizes, no values.
/// Not thread-safe.
class SampledKeys {
 public:
  using Ref = std::uint16_t;  // 0: none
  static constexpr std::size_t kSizes = 4;

  /// A key's place in the queues of one simulated cache, with the members that EvictionQueues needs.
  struct Copy {
    Ref next;
    Ref previous;
    std::atomic<std::uint8_t> hits;
    Place place;

    bool present() const { return place != Place::nowhere; }
    void countHit() {
      const std::uint8_t count = hits.load(std::memory_order_relaxed);
      if (count < Block::kMostHits) hits.store(count + 1, std::memory_order_relaxed);
    }
  };

  struct Key {
    std::uint64_t hash;
    std::uint64_t expiresNs;
    std::uint32_t spaceHash;  // the low half of the hash of its namespace
    std::uint32_t weight;     // bytes that the entry takes, up to 4 GiB
    Ref chain;                // the next key with the same head, or the next free slot
    std::uint8_t copies;      // how many caches have it; 0: the slot is free
    bool awaitsFill;          // the cache missed it; the SET that follows is no new write
    std::array<Copy, kSizes> of;
  };

  /// The keys as the entries of one simulated cache.
  class OfSize {
   public:
    using Ref = SampledKeys::Ref;
    OfSize(const SampledKeys& keys, std::size_t size) : keys_(keys), size_(size) {}
    Copy& at(Ref ref) const { return keys_.at(ref).of[size_]; }

   private:
    const SampledKeys& keys_;
    const std::size_t size_;
  };

  /// Has room for `limit` keys, 1 to 65,534, whose memory is taken as they come. Throws std::bad_alloc.
  explicit SampledKeys(std::size_t limit);

  Key& at(Ref ref) const { return slots_[ref]; }
  /// Returns 0 if the key is not in the sample.
  Ref find(std::uint64_t hash) const;
  /// Returns a key that no cache has yet; 0 if there is no room. REQUIRES: it is not in the sample.
  Ref add(std::uint64_t hash);
  /// REQUIRES: no cache has the key.
  void remove(Ref ref);

  std::size_t size() const { return size_; }
  std::size_t limit() const { return limit_; }

  /// Calls visit(Ref) for every key that some cache has. `visit` may remove that key.
  template <class Visit>
  void visitAll(Visit visit) {
    for (std::size_t i = 1; i <= used_; ++i)
      if (slots_[i].copies != 0) visit(static_cast<Ref>(i));
  }

 private:
  Ref& headOf(std::uint64_t hash) { return heads_[hash & (heads_.size() - 1)]; }

  const std::size_t limit_;
  Mapping memory_;
  Key* const slots_;
  std::vector<Ref> heads_;
  std::size_t size_ = 0;
  std::size_t used_ = 0;  // slots that were ever taken
  Ref free_ = 0;
};

}  // namespace larder::lru

#endif
