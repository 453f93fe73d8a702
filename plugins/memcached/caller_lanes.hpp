// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_CALLER_LANES_HPP
#define LARDER_MEMCACHED_CALLER_LANES_HPP

#include "counters.hpp"
#include "generations.hpp"
#include "pipeline.hpp"
#include "socket_address.hpp"
#include "store_health.hpp"
#include "store_keys.hpp"
#include "task.hpp"

#include <larder/async/caller_signal.hpp>
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

/// One caller waiting for one operation. Lives on the caller's stack.
struct Call {
  Task task;
  std::uint64_t limitNs = 0;  ///< when it ends even without a reply
  bool hasDeadline = false;   ///< the caller set the limit
  std::uint64_t bytes = 0;    ///< the size of its entry

  // Used by the lanes.
  Call* next = nullptr;  ///< the next call in the queue
  Call* previous = nullptr;
  bool isQueued = false;
  struct Lane* leads = nullptr;
  plugin::CallerSignal signal{};
};

/// Lets calling threads perform their own operations on one server.
///
/// A lane is a connection. Up to kLanes callers have one lane each and do all the work on their own threads.
/// With more callers, or with a near server and more than two callers per processor, the callers queue and
/// only one or two lanes are in use. The first caller in the queue becomes the leader: it sends the queued
/// operations and its own as one request and wakes the other callers with the results. Batches therefore grow
/// with the load. A leader whose deadline comes first hands the lane on in the middle of a request.
///
/// Thread-safe. The queue is bounded by the gate that every operation has entered.
class CallerLanes {
 public:
  /// How many callers can have a connection each.
  static constexpr std::size_t kLanes = 8;

  /// The referenced objects must outlive it. Throws std::bad_alloc.
  CallerLanes(plugin::Host host, Pipeline::Settings settings, ServerAddress& address, StoreHealth& health,
              Counters& counters, const StoreKeys& keys);
  ~CallerLanes();
  CallerLanes(const CallerLanes&) = delete;
  CallerLanes& operator=(const CallerLanes&) = delete;

  /// Returns false until the server's address is known: another thread should then run the resolver.
  bool isReady() const { return address_.isKnown(); }

  /// Blocks until the call's task has ended, at most until the call's limit.
  void perform(Call& call) noexcept;

  /// Fails current and future calls with LARDER_CLOSED, within about kSlice.
  void close() noexcept;

 private:
  Lane* takeLane() noexcept;
  std::size_t usableLanes() const;
  void enqueue(Call& call);
  void dequeue(Call& call);
  void fillFromQueue(Lane& lane);
  Lane* await(Call& call) noexcept;
  void lead(Lane& lane, Call& self) noexcept;
  void begin(Lane& lane, bool isAlone) const noexcept;
  std::size_t endLapsed(Lane& lane, const Call& self) noexcept;
  void release(Lane& lane, const Call& self) noexcept;
  bool retire(const Lane& lane, std::size_t served) noexcept;
  void handOn(Lane& lane) noexcept;
  void leave(std::size_t callers) noexcept;

  const plugin::Host host_;
  const Pipeline::Settings settings_;
  ServerAddress& address_;
  StoreHealth& health_;
  Counters& counters_;
  const StoreKeys& keys_;
  const std::size_t callersToBatch_;  // more callers of a near server share a lane

  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<Lane*> idle_;  // the most recently used lane is last
  std::size_t busy_ = 0;
  std::size_t callers_ = 0;
  // The last batch's callers that have not called again yet. They usually do so at once.
  std::size_t returning_ = 0;
  std::uint64_t quickestReplyNs_ = Pipeline::kNoReply;  // lately
  std::size_t queued_ = 0;
  Call* first_ = nullptr;  // the head of the queue
  Call* last_ = nullptr;
};

}  // namespace larder::memcached

#endif
