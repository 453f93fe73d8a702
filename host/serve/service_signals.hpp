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
/// starts: all threads then inherit the blocked signals, and none is interrupted. A thread of its own takes
/// them from then on, so that a stop is noticed while the main thread starts the service, or hangs.
///
/// The signals stay blocked after its end. SIGPIPE is ignored: a client that hung up is an error of the
/// write.
class ServiceSignals {
 public:
  /// Both are called on the signals' thread and must not wait.
  struct Reactions {
    std::function<void()> stop;       ///< the first SIGTERM or SIGINT
    std::function<void()> stopAgain;  ///< each one after it
  };

  explicit ServiceSignals(Reactions reactions);
  ServiceSignals(const ServiceSignals&) = delete;
  ServiceSignals& operator=(const ServiceSignals&) = delete;
  ~ServiceSignals();

  /// Blocks until a signal arrives, or returns one that has arrived since the last call: the one that stops,
  /// or else SIGHUP, however often that came. For one thread.
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
  std::thread thread_;  // last: it uses the rest
};

}  // namespace larder::host

#endif
