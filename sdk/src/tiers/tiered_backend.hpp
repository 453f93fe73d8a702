// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TIERS_TIERED_BACKEND_HPP
#define LARDER_TIERS_TIERED_BACKEND_HPP

#include <larder/backend.hpp>
#include <larder/circuit_breaker.hpp>
#include <larder/extensions.hpp>
#include <larder/tiers.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "backend/local_reads.hpp"
#include "tiers/local_copies.hpp"
#include "tiers/repair_list.hpp"

namespace larder {

/// Two backends behind one table: copies in L1 in front of L2, which is authoritative. A read that finds no
/// copy asks L2 and makes one. A write drops the copy, asks L2, and makes a new copy of the value that L2
/// stored.
///
/// If L2 fails a write or removal, the entry is remembered, and removed from L2 as soon as L2 answers: by the
/// next operation on the key or by the thread "larder-tiers". Until then reads of the key fail, so that
/// nothing older than that write is served. docs/tiers.md describes this for users.
class TieredBackend {
 public:
  /// Throws SettingError if the two backends cannot work together.
  TieredBackend(const std::string& name, std::unique_ptr<Backend> l1, std::unique_ptr<Backend> l2,
                const TierOptions& options, HostServices& services);
  ~TieredBackend();
  TieredBackend(const TieredBackend&) = delete;
  TieredBackend& operator=(const TieredBackend&) = delete;

  /// Returns a table that owns `self`; its destroy function deletes the object.
  static larder_backend table(std::unique_ptr<TieredBackend> self);

  /// Returns the object behind a table of this class; null for any other table.
  static const TieredBackend* of(const larder_backend& table);

  const Backend& l1() const { return *l1_; }
  const Backend& l2() const { return *l2_; }

 private:
  struct Step;
  class Batch;
  struct Metrics {
    std::uint64_t hits, drops, failedWrites, repairs, circuitOpen;
  };
  using Counter = std::atomic<std::uint64_t>;
  static const LocalReads kCopies;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results);
  larder_status plan(larder_op& op, Batch& batch);
  bool answerFromCopies(larder_op* const* ops, std::uint32_t count, larder_status* results);
  static void destroy(void* self);
  larder_status check(const larder_op& op) const;
  void finish(const Step& step, std::span<Outcome> outcomes, larder_status& status);
  void finishRead(const Step& step, std::span<Outcome> outcomes);
  void finishWrite(const Step& step, const Outcome& outcome);
  void finishClear(const Step& step, const Outcome& outcome);
  void remember(const larder_op& op);
  void count(std::uint32_t opcode, larder_status status);
  void fillStats(larder_stats& stats) const;
  void listen();
  void dropped();
  CircuitOptions observed(CircuitOptions circuit);

  void repairUntilStopped();
  bool repairSome();
  void wakeRepairs();

  const std::unique_ptr<Backend> l1_;
  LocalCopies copies_;
  RepairList repairs_;
  HostServices& services_;
  const std::string name_;
  Metrics metrics_{};
  CircuitBreaker breaker_;  // guards L2 only: copies are served while it is open
  Counter pending_{0}, hits_{0}, misses_{0}, writes_{0}, deletes_{0}, errors_{0};
  std::atomic<bool> drained_{false};
  std::atomic<bool> getTellsTtl_{false};  // whether the last GET of L2 did

  std::mutex mutex_;  // guards the repair thread's sleep
  std::condition_variable wake_;
  bool stopping_ = false;

  std::unique_ptr<Backend> l2_;  // declared after the members that its last completions use
  std::unique_ptr<InvalidationFeed> feed_;
  std::thread repairing_;
};

}  // namespace larder

#endif
