// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_IO_LOOP_HPP
#define LARDER_REDIS_IO_LOOP_HPP

#include "ask_detours.hpp"
#include "counters.hpp"
#include "link.hpp"
#include "node_events.hpp"
#include "options.hpp"
#include "pipeline.hpp"
#include "sentinel_watch.hpp"

#include <chrono>
#include <cstdint>
#include <larder/async/inbox.hpp>
#include <larder/async/io_loop.hpp>
#include <larder/async/pending_operations.hpp>
#include <larder/plugin.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace larder::redis {

/// The connection and all of its state, with the thread "larder-redis" that drives it unless a lone caller
/// does.
class IoLoop final : private plugin::Channel {
 public:
  /// Starts the thread. `cluster` is null unless the server is a node of a cluster, which then logs and
  /// reports for its nodes. Throws std::system_error, std::runtime_error.
  IoLoop(plugin::Host host, const Options& options, NodeEvents* cluster = nullptr);
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  // ---- For callers [any-thread], see plugin::IoLoop ----

  larder_status admit(larder_op& op, std::uint64_t now) { return loop_.admit(op, now); }
  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
    loop_.submit(ops, count, results);
  }
  void cancel(larder_op& op) { inbox_.cancel(op); }
  larder_status drain(std::uint64_t deadlineNs) noexcept { return loop_.drain(deadlineNs); }

  /// Asks the driver to complete all operations with LARDER_CLOSED.
  void cut() { inbox_.cut(); }

  /// Returns true on the loop's own thread, that is, inside a completion.
  bool isCurrent() const { return loop_.isCurrent(); }

  Counters& counters() { return counters_; }
  const Counters& counters() const { return counters_; }

 private:
  // For the driver.
  void admit(const std::vector<plugin::Arrival>& arrivals, std::uint64_t now) noexcept override {
    pipeline_.admit(arrivals, now);
  }
  void attend(std::uint64_t now) override;
  bool isReady() const override { return link_.isReady(); }
  bool isEmpty() const override { return pipeline_.isEmpty(); }
  void transmit(std::uint64_t now) override;
  int fd() const override { return link_.fd(); }
  short events() const override { return link_.events(); }
  std::uint64_t wakeNs() const override;
  void handle(std::uint64_t now, short events) override;
  void completeAll(larder_status status, std::string_view reason) noexcept override {
    pipeline_.completeAll(status, reason);
  }
  void fail(std::uint64_t now, std::string_view reason) noexcept override { drop(now, reason); }

  void tellMaster(const HostPort& master);
  void moveTo(const HostPort& master, std::uint64_t now);
  void authenticateAgain(std::uint64_t now);
  void advanceLink(std::uint64_t now, short events);
  void receive(std::uint64_t now, short events);
  void acceptReplies(std::uint64_t now);
  bool acceptReply(std::uint64_t now, Reply reply);
  bool sendsElsewhere(std::uint64_t now, const redisReply& reply);
  bool acceptDetoured(std::uint64_t now);
  void tellCluster() noexcept;
  void drop(std::uint64_t now, std::string_view reason, std::uint32_t health = LARDER_HEALTH_DOWN) noexcept;

  std::chrono::milliseconds timeout_;
  Counters counters_;
  plugin::Inbox inbox_;
  Link link_;
  plugin::PendingOperations operations_;
  Pipeline pipeline_;
  NodeEvents* const cluster_;            // null unless the server is a node of a cluster
  std::unique_ptr<AskDetours> detours_;  // null with it

  std::mutex mutex_;
  std::optional<HostPort> master_;        // the address that the sentinels report, until the thread takes it
  std::unique_ptr<SentinelWatch> watch_;  // null unless the URL names sentinels
  plugin::IoLoop loop_;                   // last, because its thread uses all members above
};

}  // namespace larder::redis

#endif
