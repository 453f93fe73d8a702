// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REDIS_BACKEND_HPP
#define LARDER_REDIS_REDIS_BACKEND_HPP

#include "change_feed.hpp"
#include "cluster.hpp"
#include "io_loop.hpp"

#include <cstdint>
#include <larder/plugin.hpp>
#include <memory>
#include <string_view>

namespace larder::redis {

/// A backend that keeps its entries in a Redis server or in a Redis Cluster. All callers share one pipelined
/// connection to each server, driven by the IoLoop's thread. A caller that waits for its result blocks here,
/// or drives the connection of a single server itself while it is the only caller. Thread-safe.
class RedisBackend final : public plugin::Backend {
 public:
  static plugin::Info info();

  /// Throws plugin::ConfigError. Does not wait for the server.
  RedisBackend(plugin::Host host, const plugin::Settings& settings);

  std::uint64_t capabilities() const override {
    return LARDER_CAP_ASYNC | LARDER_CAP_SHARED | LARDER_CAP_PERSISTENT | LARDER_CAP_BLOCKING_DEADLINE |
           plugin::allCoreCapabilities;
  }
  std::uint64_t maxKeySize() const override { return 64U << 10; }
  std::uint64_t maxValueSize() const override { return maxValueSize_; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override;
  void cancel(larder_op& op) noexcept override;
  void stats(larder_stats& stats) const noexcept override { counters().fill(stats); }
  larder_status drain(std::uint64_t deadlineNs) noexcept override;
  const void* extension(std::string_view id) noexcept override;
  larder_status listen(const larder_invalidation_listener* listener) noexcept override;

 private:
  larder_status judge(larder_op& op, std::uint64_t now);
  Counters& counters() { return cluster_ ? cluster_->counters() : loop_->counters(); }
  const Counters& counters() const { return cluster_ ? cluster_->counters() : loop_->counters(); }

  plugin::Host host_;
  std::uint64_t maxValueSize_;
  bool tracks_;
  Options options_;
  std::unique_ptr<Cluster> cluster_;     // null unless the URL names a cluster
  std::unique_ptr<IoLoop> loop_;         // null if it does
  std::unique_ptr<ChangeFeed> changes_;  // null unless the host listens
};

}  // namespace larder::redis

#endif
