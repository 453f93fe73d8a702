// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SERVICE_SIGNALS_HPP
#define LARDER_SERVE_SERVICE_SIGNALS_HPP

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace larder::host {

/// Turns SIGTERM, SIGINT and SIGHUP into calls. Construct it on the main thread before any other thread
/// starts: all threads then inherit the blocked signals and are never interrupted. A dedicated thread
/// receives the signals, so a stop is noticed even while the main thread is starting the service or hangs.
///
/// The signals stay blocked after destruction. SIGPIPE is ignored: a client that hung up shows as a write
/// error.
class ServiceSignals {
 public:
  /// Both run on the signal thread and must not block.
  struct Reactions {
    std::function<void()> stop;       ///< the first SIGTERM or SIGINT
    std::function<void()> stopAgain;  ///< every later one
  };

  explicit ServiceSignals(Reactions reactions);
  ServiceSignals(const ServiceSignals&) = delete;
  ServiceSignals& operator=(const ServiceSignals&) = delete;
  ~ServiceSignals();

  /// Blocks until a signal arrives, or returns one that arrived since the last call: the stop signal, or
  /// otherwise SIGHUP, once for any number of them. Call it on one thread only.
  int wait();

 private:
  void take();
  void took(int signal);

  const Reactions reactions_;
  sigset_t signals_;
  std::atomic<bool> ended_{false};
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<int> stop_;
  bool reload_ = false;
  std::thread thread_;  // last: it uses the other members
};

}  // namespace larder::host

#endif
