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

/// The copies in L1 of entries in L2, and the rule for when a copy may be made.
///
/// A copy is made from the result of a call to L2, some time after L2 decided it. Each call therefore takes a
/// ticket when it begins, and a copy is made only if nothing has happened to the key since: no local write
/// began or was in flight, and no change was reported. Keys share their counts with the other keys of their
/// shard; that occasionally costs a copy, but never yields a stale one.
///
/// Thread-safe. `l1` completes inline, is never replaced and must outlive this object.
class LocalCopies {
 public:
  LocalCopies(Backend& l1, std::chrono::milliseconds ttl) : l1_(l1), table_(l1.table()), ttl_(ttl) {}

  /// Answers a GET with the copy's value, on loan from L1, and L2's version of it; returns LARDER_OK. Returns
  /// LARDER_MISS, with nothing to release, if there is no copy. Neither allocates nor completes the
  /// operation.
  larder_status answer(larder_op& get);

  struct Ticket {
    std::uint64_t era = 0;
    std::uint64_t epoch = 0;
    bool alone = false;
    std::chrono::nanoseconds began{0};
  };
  /// The result of a call to L2 for a key. The ttl counts from the time the ticket was taken.
  struct Found {
    std::string_view payload;
    std::uint64_t version = 0;
    std::chrono::milliseconds ttl = noExpiry;
  };

  Ticket beginRead(std::string_view name_space, std::string_view key);
  void endRead(const Ticket& ticket, std::string_view name_space, std::string_view key, const Found& found);

  /// Drops the copy. No copy is made until the write has ended.
  Ticket beginWrite(std::string_view name_space, std::string_view key);
  /// `stored` is the entry that L2 now holds, if it is known.
  void endWrite(const Ticket& ticket, std::string_view name_space, std::string_view key,
                const std::optional<Found>& stored);

  void beginClear();
  void endClear();

  /// Drop the copy of a key that another host changed, or all copies if anything may have changed.
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
  const larder_backend table_;  // l1's: reading a copy skips the overhead of Backend
  const std::chrono::milliseconds ttl_;
  std::atomic<std::uint64_t> era_{1};  // stored in each copy: a new era outdates all at once
  std::atomic<std::uint32_t> clears_{0};
  std::array<Shard, 256> shards_;
};

}  // namespace larder

#endif
