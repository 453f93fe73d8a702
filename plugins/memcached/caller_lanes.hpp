// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_CALLER_LANES_HPP
#define LARDER_MEMCACHED_CALLER_LANES_HPP

#include "caller_signal.hpp"
#include "counters.hpp"
#include "generations.hpp"
#include "pipeline.hpp"
#include "socket_address.hpp"
#include "store_health.hpp"
#include "store_keys.hpp"
#include "task.hpp"

#include <larder/plugin.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace larder::memcached {

/// One caller that waits for one operation; on its stack.
struct Call {
  Task task;
  std::uint64_t limitNs = 0;  ///< when it ends by itself
  bool hasDeadline = false;   ///< the limit is the caller's own
  std::uint64_t bytes = 0;    ///< of its entry

  // Of the lanes.
  Call* next = nullptr;  ///< in the queue
  Call* previous = nullptr;
  bool isQueued = false;
  struct Lane* leads = nullptr;
  CallerSignal signal{};
};

/// Calling threads that carry out their operations themselves, on one server.
///
/// A lane is a connection. Up to kLanes callers have one each and do all of the work on their own thread.
/// With more of them the callers queue, a few lanes are in use, and the first of the queue takes all others
/// along: it leads, sends their operations and its own as one request, and wakes them with the answers. Load
/// makes larger batches by itself. A leader whose deadline comes first hands the lane on in the middle of a
/// request.
///
/// Thread-safe. The queue is bounded by the gate that every operation has entered.
class CallerLanes {
 public:
  /// How many callers have a connection each.
  static constexpr std::size_t kLanes = 8;

  /// The references outlive it. Throws std::bad_alloc.
  CallerLanes(plugin::Host host, Pipeline::Settings settings, ServerAddress& address, StoreHealth& health,
              Counters& counters, const StoreKeys& keys);
  ~CallerLanes();
  CallerLanes(const CallerLanes&) = delete;
  CallerLanes& operator=(const CallerLanes&) = delete;

  /// False as long as it takes the resolver to find the server: then another thread should.
  bool isReady() const { return address_.isKnown(); }

  /// Blocks until the call's task has ended, until its limit at the latest.
  void perform(Call& call) noexcept;

  /// Fails the calls that are here and all that come with LARDER_CLOSED, within about kSlice.
  void close() noexcept;

 private:
  Lane* takeLane() noexcept;
  std::size_t usableLanes() const;
  void enqueue(Call& call);
  void dequeue(Call& call);
  void fillFromQueue(Lane& lane);
  Lane* await(Call& call) noexcept;
  void lead(Lane& lane, Call& self) noexcept;
  void begin(Lane& lane) const noexcept;
  std::size_t endLapsed(Lane& lane, const Call& self) noexcept;
  void release(Lane& lane, const Call& self) noexcept;
  void leave(std::size_t callers) noexcept;

  const plugin::Host host_;
  const Pipeline::Settings settings_;
  ServerAddress& address_;
  StoreHealth& health_;
  Counters& counters_;
  const StoreKeys& keys_;

  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Lane*> idle_;  // the last one was used last
  std::size_t busy_ = 0;
  std::size_t callers_ = 0;
  Call* first_ = nullptr;  // of the queue
  Call* last_ = nullptr;
};

}  // namespace larder::memcached

#endif
