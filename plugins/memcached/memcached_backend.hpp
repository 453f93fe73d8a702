// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_MEMCACHED_BACKEND_HPP
#define LARDER_MEMCACHED_MEMCACHED_BACKEND_HPP

#include "caller_lanes.hpp"
#include "counters.hpp"
#include "deadline_watch.hpp"
#include "options.hpp"
#include "pending_gate.hpp"
#include "pending_op.hpp"
#include "server_list.hpp"
#include "store_health.hpp"
#include "store_keys.hpp"
#include "worker.hpp"

#include <larder/plugin.hpp>

#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace larder::memcached {

/// A backend that keeps its entries in memcached servers.
///
/// A calling thread that waits for a simple operation performs it itself, on a lane. All other operations go
/// to workers. Every server has a few workers, each with connections, a thread and a queue. A key belongs to
/// one server and to one worker of that server, so that operations on it keep their order; a caller on a
/// lane does not overtake them. See abi.h for the contract of the host's calls, and README.md for the data on
/// the servers.
class MemcachedBackend : public plugin::Backend {
 public:
  static plugin::Info info();

  MemcachedBackend(plugin::Host host, const plugin::Settings& settings);
  ~MemcachedBackend() override;

  std::uint64_t capabilities() const override {
    return LARDER_CAP_ASYNC | LARDER_CAP_BLOCKING_DEADLINE | LARDER_CAP_SHARED | plugin::allCoreCapabilities;
  }
  std::uint64_t maxValueSize() const override { return options_.maxValue; }

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override;
  void cancel(larder_op& op) noexcept override;
  const void* extension(std::string_view id) noexcept override;
  void stats(larder_stats& stats) const noexcept override;
  larder_status drain(std::uint64_t deadlineNs) noexcept override;

 private:
  using Touched = std::bitset<kMaxConnections>;  // workers by index

  bool performDirectly(larder_op& op, larder_status& result) noexcept;
  Task taskOf(const larder_op& op);
  std::uint64_t limitOf(const larder_op& op, std::uint64_t now) const;
  std::size_t workerOf(std::size_t server, std::uint64_t route) const;

  void start(larder_op& op, PendingOp::Destination destination, Touched& touched) noexcept;
  larder_status judge(const larder_op& op) const noexcept;
  larder_status accept(larder_op& op, PendingOp::Destination destination, PendingOpPtr& pending) noexcept;
  void queue(const PendingOpPtr& op, Touched& touched) noexcept;
  void queueAt(std::size_t server, const PendingOpPtr& op, Touched& touched) noexcept;
  std::uint64_t nextVersion();
  std::size_t cutPending() noexcept;

  const plugin::Host host_;
  const Options options_;
  const StoreKeys keys_;
  const ServerChoice choice_;
  StoreHealth health_;
  Counters counters_;
  PendingGate gate_;
  std::atomic<std::uint64_t> versions_;
  std::vector<std::unique_ptr<ServerAddress>> addresses_;
  std::vector<std::unique_ptr<CallerLanes>> lanes_;  // one per server
  std::vector<std::unique_ptr<Worker>> workers_;     // the workers of server 0, then of server 1, ...
  std::unique_ptr<DeadlineWatch> watch_;
};

}  // namespace larder::memcached

#endif
