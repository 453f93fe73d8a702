// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_WORKER_HPP
#define LARDER_MEMCACHED_WORKER_HPP

#include "exchange.hpp"
#include "pending_op.hpp"

#include <larder/async/plugin_thread.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace larder::memcached {

inline constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

/// One connection with its thread and its queue. Operations run in queue order, in batches of up to
/// kLargestBatch queued operations, so batches grow with the load.
///
/// Thread-safe. The queue is bounded by the gate that every operation has entered.
class Worker {
 public:
  /// The referenced objects must outlive it. Throws std::system_error if the thread cannot be started,
  /// std::bad_alloc.
  Worker(const std::string& threadName, plugin::Host host, Connection::Settings settings,
         ServerAddress& address, StoreHealth& health, Counters& counters, const StoreKeys& keys);
  /// Drops queued operations unanswered: drain first.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Queues an operation without waking the thread; returns false if the worker is closed.
  bool push(PendingOpPtr op);
  void wake() { queued_.notify_one(); }

  /// Returns false if every operation pushed so far has been performed.
  bool hasWork() const { return hasWork_.load(); }

  /// Returns the earliest limit of its operations, or an earlier time; kNoLimit if it has none.
  std::uint64_t nextLimitNs() const { return nextLimitNs_.load(); }

  /// Fills `lapsed` with operations whose limit has passed, and forgets those that have not begun. The caller
  /// completes them without holding a lock of the worker, and calls again until none is left. Returns how
  /// many were filled in.
  std::size_t takeLapsed(std::uint64_t nowNs, std::span<PendingOpPtr> lapsed) noexcept;

  /// Finds the pending operation for `op` and takes it from the queue if it has not begun; NULL if there is
  /// none.
  PendingOpPtr take(const larder_op& op);

  /// Stops accepting operations, and fills `cut` with operations that are not done. The caller completes them
  /// and calls again until none is left. Returns how many were filled in.
  std::size_t close(std::span<PendingOpPtr> cut) noexcept;

 private:
  void run();
  bool waitForBatch();

  Exchange exchange_;                // used by the thread only
  std::vector<PendingOpPtr> batch_;  // used by the thread only

  std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<PendingOpPtr> queue_;
  std::vector<PendingOpPtr> inFlight_;
  std::atomic<bool> hasWork_{false};
  bool closed_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> nextLimitNs_{kNoLimit};

  plugin::PluginThread thread_;  // last, because it uses all members above
};

}  // namespace larder::memcached

#endif
