// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CHANGE_FEED_HPP
#define LARDER_REDIS_CHANGE_FEED_HPP

#include "io_loop.hpp"
#include "link.hpp"
#include "namespaces.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <larder/async/plugin_thread.hpp>
#include <larder/async/wake_up.hpp>
#include <larder/plugin.hpp>
#include <string>
#include <string_view>

namespace larder::redis {

/// Notifies a listener of changes in Redis, on its own thread and its own connection. It uses CLIENT TRACKING
/// in broadcast mode, redirected to that same connection, which is how RESP2 delivers invalidations. The
/// connection needs to be separate because a RESP2 connection that has subscribed cannot run other commands.
///
/// Without such a connection changes go unseen, so the feed calls `lost` repeatedly until the connection is
/// up again: no copy that the listener kept meanwhile is older than that interval.
class ChangeFeed {
 public:
  /// Reconnects, looking for a server that accepts writes, whenever the refusal count in `counters` grows:
  /// the main connection has then left a replica, which may not see the master's changes. Throws
  /// std::system_error, std::runtime_error.
  ChangeFeed(plugin::Host host, const Options& options, const Counters& counters,
             const larder_invalidation_listener& listener);
  /// Ends the thread. The listener is not called afterwards.
  ~ChangeFeed();
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  /// Blocks until changes are being reported or the first attempt has failed; `lost` has then been called.
  /// For at most the time that an attempt may take. Call it once at most.
  void awaitFirstAttempt();

 private:
  // The command that the next reply answers.
  enum class Step { identify, track, subscribe, listening };

  void run();
  void turn();
  short wait(std::uint64_t now);
  void connect(std::uint64_t now, short events);
  void begin(std::uint64_t now);
  void receive(std::uint64_t now, short events);
  void accept(std::uint64_t now, const redisReply& reply);
  void track(const redisReply& identity);
  void acceptMessage(const redisReply& reply);
  void tell(std::string_view storedKey) const;
  void keepAlive(std::uint64_t now);
  void tellLossIfDeaf(std::uint64_t now);
  void giveUp(std::uint64_t now, const std::string& reason);
  void settle();
  bool isListening() const { return link_.isReady() && step_ == Step::listening; }

  const plugin::Host host_;
  const Counters& counters_;
  const larder_invalidation_listener& listener_;
  const KeyForm keyForm_;
  const std::string keyPrefix_;
  const std::string endpoint_;
  const std::uint64_t timeoutNs_;
  Link link_;
  plugin::WakeUp wakeUp_;

  Step step_ = Step::identify;
  std::uint64_t lastReceivedNs_ = 0;
  std::uint64_t refusals_ = 0;    // the count in counters_ when the connection was made
  std::uint64_t pingSentNs_ = 0;  // 0: no PING is unanswered
  std::uint64_t nextLossNs_ = 0;
  bool refusalLogged_ = false;

  std::atomic<bool> stopping_{false};
  bool settled_ = false;
  const std::chrono::milliseconds patience_;
  std::promise<void> firstAttempt_;  // set when the first attempt ends, successfully or not
  plugin::PluginThread thread_;      // last, because it uses all members above
};

}  // namespace larder::redis

#endif
