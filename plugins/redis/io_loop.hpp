// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_IO_LOOP_HPP
#define LARDER_REDIS_IO_LOOP_HPP

#include "counters.hpp"
#include "inbox.hpp"
#include "link.hpp"
#include "options.hpp"
#include "pipeline.hpp"
#include "sentinel_watch.hpp"

#include <chrono>
#include <cstdint>
#include <larder/async/plugin_thread.hpp>
#include <larder/plugin.hpp>
#include <memory>
#include <string>
#include <string_view>

namespace larder::redis {

/// The connection and all of its state, with the thread "larder-redis" that drives it unless a lone caller
/// does. Only the driver may touch anything here except the inbox, which decides who drives.
class IoLoop {
 public:
  /// Starts the thread. Throws std::system_error, std::runtime_error.
  IoLoop(plugin::Host host, const Options& options);

  /// Completes pending operations with LARDER_CLOSED and joins the thread.
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  Inbox& inbox() { return inbox_; }
  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }

  /// Drives the connection until `waiter` is done or the I/O thread has to take over. REQUIRES: post has made
  /// the caller the driver.
  void driveUntil(const plugin::Waiter& waiter) noexcept;

  /// Returns true on the loop's own thread, that is, inside a completion.
  bool isThisThread() const { return thread_.isCurrent(); }

 private:
  void run();
  bool turn();
  bool turnOfCaller(const plugin::Waiter& waiter);
  void standByForCallers();
  void takeOrders(const Inbox::Orders& orders, std::uint64_t now);
  void moveTo(const HostPort& master, std::uint64_t now);
  void transmit(std::uint64_t now);
  void authenticateAgain(std::uint64_t now);
  short wait();
  void advanceLink(std::uint64_t now, short events);
  void receive(std::uint64_t now, short events);
  void acceptReplies(std::uint64_t now);
  void drop(std::uint64_t now, std::string_view reason, std::uint32_t health = LARDER_HEALTH_DOWN) noexcept;
  int pauseMs() const;

  plugin::Host host_;
  std::chrono::milliseconds timeout_;
  Counters counters_;
  Inbox inbox_;
  Link link_;
  Pipeline pipeline_;
  std::unique_ptr<SentinelWatch> watch_;  // null unless the URL names sentinels
  plugin::PluginThread thread_;           // last, because it uses all members above
};

}  // namespace larder::redis

#endif
