// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_RESOLVER_HPP
#define LARDER_REDIS_RESOLVER_HPP

#include "redis_url.hpp"
#include "wake_up.hpp"

#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace larder::redis {

/// A socket address of any family.
struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

/// What a look-up found, or why it found nothing.
struct Resolution {
  std::vector<Address> addresses;
  std::string failure;
  HostPort host;  ///< whose addresses they are
};

/// Looks host names up on a thread of its own, "larder-dns": getaddrinfo can't be given a deadline, and the
/// I/O thread has deadlines to keep. The destructor waits for a running look-up; how long that takes at
/// most is up to the system's resolver settings.
class Resolver {
 public:
  Resolver() = default;
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// The address that `host` spells out, without a look-up; nothing if it is a name.
  static Resolution numeric(const HostPort& host);

  /// All addresses of `host`. Waits.
  static Resolution lookUp(const HostPort& host);

  /// Runs `lookUp` on the thread. REQUIRES: no look-up is running. Throws std::system_error if there is no
  /// thread to be had.
  void start(std::function<Resolution()> lookUp);

  bool isRunning() const { return thread_.joinable(); }

  /// Readable once the look-up is done.
  int fd() const { return done_.fd(); }
  bool isDone() const { return finished_.load(std::memory_order_acquire); }

  /// The result, once. REQUIRES: isDone().
  Resolution take();

 private:
  WakeUp done_;
  std::atomic<bool> finished_{false};
  Resolution result_;  // the thread's until finished_
  std::thread thread_;
};

}  // namespace larder::redis

#endif
