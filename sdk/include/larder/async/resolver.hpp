// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_RESOLVER_HPP
#define LARDER_ASYNC_RESOLVER_HPP

#include <larder/async/address.hpp>
#include <larder/async/plugin_thread.hpp>
#include <larder/async/wake_up.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

namespace larder::plugin {

/// The result of a look-up: addresses, or the reason for the failure.
struct Resolution {
  std::vector<Address> addresses;
  std::string failure;
  HostPort host;  ///< the host that the addresses belong to
};

/// Resolves host names on its own thread, "larder-dns", because getaddrinfo takes no deadline and the I/O
/// thread must meet its own. The destructor waits for a running look-up; the system's resolver settings
/// determine how long that can take.
class Resolver {
 public:
  Resolver() = default;
  ~Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Parses `host` as a numeric address, without a look-up; returns no addresses for a name.
  static Resolution numeric(const HostPort& host);

  /// Returns all addresses of `host`. Blocks.
  static Resolution lookUp(const HostPort& host);

  /// Runs `lookUp` on the thread. REQUIRES: no look-up is running. Throws std::system_error if the thread
  /// cannot be started.
  void start(std::function<Resolution()> lookUp);

  bool isRunning() const { return thread_.isStarted(); }

  /// Returns a descriptor that becomes readable once the look-up is done.
  int fd() const { return done_.fd(); }
  bool isDone() const { return finished_.load(std::memory_order_acquire); }

  /// Returns the result; may be called once per look-up. REQUIRES: isDone().
  Resolution take();

 private:
  WakeUp done_;
  std::atomic<bool> finished_{false};
  Resolution result_;    // written by the thread until finished_ is set
  PluginThread thread_;  // last, because it uses all members above
};

}  // namespace larder::plugin

#endif
