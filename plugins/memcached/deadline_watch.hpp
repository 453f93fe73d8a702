// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_DEADLINE_WATCH_HPP
#define LARDER_MEMCACHED_DEADLINE_WATCH_HPP

#include "worker.hpp"

#include <larder/async/plugin_thread.hpp>
#include <larder/plugin.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

namespace larder::memcached {

/// Completes operations at their limit, including operations queued behind a worker that is stuck in
/// libmemcached.
///
/// It sleeps until the earliest limit. Most operations complete long before theirs, so it wakes about once
/// per deadline length, however many operations there are. Thread-safe.
class DeadlineWatch {
 public:
  /// `workers` must outlive it.
  DeadlineWatch(plugin::Host host, std::span<const std::unique_ptr<Worker>> workers);
  ~DeadlineWatch();
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;

  /// Call this after a worker has received an operation with this limit.
  void expect(std::uint64_t limitNs);

 private:
  void run();
  void completeLapsed();
  std::uint64_t earliestLimit() const;

  const plugin::Host host_;
  const std::span<const std::unique_ptr<Worker>> workers_;

  std::mutex mutex_;
  std::condition_variable earlier_;
  bool stopping_ = false;
  std::atomic<std::uint64_t> sleepsUntilNs_{0};

  plugin::PluginThread thread_;  // last, because it uses all members above
};

}  // namespace larder::memcached

#endif
