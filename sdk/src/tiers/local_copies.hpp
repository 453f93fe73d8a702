// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TIERS_LOCAL_COPIES_HPP
#define LARDER_TIERS_LOCAL_COPIES_HPP

#include <larder/backend.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

namespace larder {

/// The copies in L1 of what L2 holds, and the rule of when one may be made.
///
/// A copy is made of what a call to L2 has brought, some time after L2 decided it. So each call takes a
/// ticket when it begins, and its copy is made only if nothing happened to the key since: no write of ours
/// began or was under way, nobody told of a change. Keys share their counts with others of their shard;
/// that costs a copy now and then, never a stale one.
///
/// Thread-safe. `l1` completes inline, is never replaced and outlives it.
class LocalCopies {
 public:
  LocalCopies(Backend& l1, std::chrono::milliseconds ttl) : l1_(l1), table_(l1.table()), ttl_(ttl) {}

  /// Answers a GET with the copy's value, on loan from L1, and L2's version of it: LARDER_OK. Without a copy
  /// LARDER_MISS, and nothing to release. Does not allocate, nor complete the operation.
  larder_status answer(larder_op& get);

  struct Ticket {
    std::uint64_t era = 0;
    std::uint64_t epoch = 0;
    bool alone = false;
    std::chrono::nanoseconds began{0};
  };
  /// What a call to L2 brought for a key. The ttl counts from the ticket's beginning.
  struct Found {
    std::string_view payload;
    std::uint64_t version = 0;
    std::chrono::milliseconds ttl = noExpiry;
  };

  Ticket beginRead(std::string_view name_space, std::string_view key);
  void endRead(const Ticket& ticket, std::string_view name_space, std::string_view key, const Found& found);

  /// Drops the copy; none is made until the write has ended.
  Ticket beginWrite(std::string_view name_space, std::string_view key);
  /// `stored` is what L2 holds now, if it is known.
  void endWrite(const Ticket& ticket, std::string_view name_space, std::string_view key,
                const std::optional<Found>& stored);

  void beginClear();
  void endClear();

  /// Somebody else changed the key, or anything.
  void drop(std::string_view name_space, std::string_view key);
  void dropAll() { era_.fetch_add(1); }

 private:
  struct alignas(64) Shard {
    std::mutex mutex;
    std::uint64_t epoch = 0;
    std::uint32_t writes = 0;
  };

  Shard& shardOf(std::string_view name_space, std::string_view key);
  void remove(std::string_view name_space, std::string_view key);
  bool current(const Ticket& ticket, const Shard& shard) const;
  void store(const Ticket& ticket, std::string_view name_space, std::string_view key, const Found& found);

  Backend& l1_;
  const larder_backend table_;  // l1's: a copy is read without any of Backend's ceremony
  const std::chrono::milliseconds ttl_;
  std::atomic<std::uint64_t> era_{1};  // stands in each copy: a new one outdates all at once
  std::atomic<std::uint32_t> clears_{0};
  std::array<Shard, 256> shards_;
};

}  // namespace larder

#endif
