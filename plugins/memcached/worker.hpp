// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_WORKER_HPP
#define LARDER_MEMCACHED_WORKER_HPP

#include "exchange.hpp"
#include "pending_op.hpp"
#include "plugin_thread.hpp"

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

/// One connection with its thread and its queue. Operations are carried out in the order of the queue, as
/// many at once as there are, so that load makes batches by itself.
///
/// Thread-safe. What it queues is bounded by the gate that every operation has entered.
class Worker {
 public:
  /// The references outlive it. Throws std::system_error if there is no thread, std::bad_alloc.
  Worker(const std::string& threadName, plugin::Host host, Connection::Settings settings,
         ServerAddress& address, StoreHealth& health, Counters& counters, const StoreKeys& keys);
  /// What is still queued is dropped unanswered: drain first.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Queues an operation without waking the thread; false if the worker is closed.
  bool push(PendingOpPtr op);
  void wake() { queued_.notify_one(); }

  /// False if every operation that was pushed has been carried out, and none since is on its way.
  bool hasWork() const { return hasWork_.load(); }

  /// The earliest limit among its operations, or earlier; kNoLimit if it has none.
  std::uint64_t nextLimitNs() const { return nextLimitNs_.load(); }

  /// Fills `lapsed` with operations whose limit has come, and forgets those it had not begun. The caller
  /// completes them, without a lock of the worker's, and calls again until there is none. Returns how many.
  std::size_t takeLapsed(std::uint64_t nowNs, std::span<PendingOpPtr> lapsed) noexcept;

  /// The pending operation for `op`, or NULL.
  PendingOpPtr take(const larder_op& op);

  /// Accepts no more operations, and fills `cut` with some that are not done: to be completed and called
  /// again, until there is none. Returns how many.
  std::size_t close(std::span<PendingOpPtr> cut) noexcept;

 private:
  void run();
  bool waitForBatch();

  Exchange exchange_;                // of the thread alone
  std::vector<PendingOpPtr> batch_;  // of the thread alone

  std::mutex mutex_;
  std::condition_variable queued_;
  std::deque<PendingOpPtr> queue_;
  std::vector<PendingOpPtr> inFlight_;
  std::atomic<bool> hasWork_{false};
  bool closed_ = false;
  bool stopping_ = false;
  std::atomic<std::uint64_t> nextLimitNs_{kNoLimit};

  PluginThread thread_;  // last: it uses all of the above
};

}  // namespace larder::memcached

#endif
