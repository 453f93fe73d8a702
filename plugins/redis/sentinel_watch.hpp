// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_SENTINEL_WATCH_HPP
#define LARDER_REDIS_SENTINEL_WATCH_HPP

#include "options.hpp"
#include "sentinels.hpp"

#include <larder/async/plugin_thread.hpp>
#include <larder/async/wake_up.hpp>

#include <atomic>
#include <chrono>
#include <functional>

namespace larder::redis {

/// Reports the address of a service's master from its own thread, "larder-sentinel": at once when a sentinel
/// announces a failover, and every few seconds by asking all sentinels. A connection to a master that the
/// sentinels have replaced therefore ends, even if that server continues to accept writes.
class SentinelWatch {
 public:
  using Told = std::function<void(const HostPort& master)>;

  /// Calls `told` on the thread, also for the current master. Throws std::system_error.
  SentinelWatch(const Options& options, Told told);
  /// Waits for a running look-up of a sentinel's host. `told` is not called afterwards.
  ~SentinelWatch();
  SentinelWatch(const SentinelWatch&) = delete;
  SentinelWatch& operator=(const SentinelWatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void follow(const HostPort& sentinel);
  void rest();
  void hear(const redisReply& reply);
  void askAgain();

  const RedisUrl url_;
  const std::string password_;
  const Told told_;
  plugin::WakeUp wakeUp_;
  std::atomic<bool> stopping_{false};
  Clock::time_point nextQuestion_{};
  plugin::PluginThread thread_;  // last, because it uses all members above
};

}  // namespace larder::redis

#endif
