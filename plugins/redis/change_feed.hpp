// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_CHANGE_FEED_HPP
#define LARDER_REDIS_CHANGE_FEED_HPP

#include "io_loop.hpp"
#include "link.hpp"
#include "wake_up.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <larder/plugin.hpp>
#include <string>
#include <string_view>
#include <thread>

namespace larder::redis {

/// Tells a listener what changes in Redis, from a thread and a connection of its own: CLIENT TRACKING in
/// broadcast mode, redirected to the connection itself, which is how RESP2 carries it. One that answers
/// commands could not also listen.
///
/// While there is no such connection changes pass unseen, so `lost` is told again and again until there is
/// one: nothing that was remembered meanwhile is older than that interval.
class ChangeFeed {
 public:
  /// Looks for a server that takes writes again whenever `counters` count a refusal: the main connection has
  /// left a replica, whose changes may be none of the master's. Calls `lost`, and returns when changes are
  /// told or the first attempt has failed. Throws std::system_error, std::runtime_error.
  ChangeFeed(plugin::Host host, const Options& options, const Counters& counters,
             const larder_invalidation_listener& listener);
  /// Nobody is called afterwards.
  ~ChangeFeed();
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

 private:
  // What the next answer belongs to.
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
  const std::string keyPrefix_;
  const std::string endpoint_;
  const std::uint64_t timeoutNs_;
  Link link_;
  WakeUp wakeUp_;

  Step step_ = Step::identify;
  std::uint64_t lastReceivedNs_ = 0;
  std::uint64_t refusals_ = 0;    // of counters_ when the connection was made
  std::uint64_t pingSentNs_ = 0;  // 0: none is unanswered
  std::uint64_t nextLossNs_ = 0;
  bool refusalLogged_ = false;

  std::atomic<bool> stopping_{false};
  bool settled_ = false;
  std::promise<void> firstAttempt_;  // has ended, in whatever way
  std::thread thread_;               // last: it uses all of the above
};

}  // namespace larder::redis

#endif
