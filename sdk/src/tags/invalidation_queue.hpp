// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TAGS_INVALIDATION_QUEUE_HPP
#define LARDER_TAGS_INVALIDATION_QUEUE_HPP

#include <larder/worker_pool.hpp>

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "guard/guarded_backend.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

/// What is made stale at once.
struct StaleScope {
  enum class Kind : std::uint8_t { tag, entry, nameSpace };

  Kind kind = Kind::tag;
  std::string nameSpace;  ///< the backend's, with the prefix; none for a tag
  std::string name;       ///< of the tag, or the entry's key as stored; none for a namespace

  auto operator<=>(const StaleScope&) const = default;
};

/// Writes invalidations to the backend. One that fails is tried again in the background, with growing pauses,
/// until it succeeds; until then nothing that it covers may be served or stored by this host. Other hosts
/// learn of it when it succeeds.
///
/// Each scope waits once, however often it failed, and at most `limit` wait; one more is lost, and counted.
/// Thread-safe. The destructor drops what waits.
class InvalidationQueue {
 public:
  /// Of the caller's, which must outlive the queue.
  InvalidationQueue(GuardedBackend& backend, const TagStamps& tags, std::size_t limit);

  /// Writes them together. `done` is called once, on this thread or one of the backend's. Anything but ok: at
  /// least one failed and waits now, or is lost.
  void carryOut(std::vector<StaleScope> scopes, std::function<void(Status)> done);

  /// It waits from now on, without having been tried here.
  void add(const StaleScope& scope);

  /// Tries all that wait once more, whatever their pause, until `limit` has passed; blocks. Answers a text
  /// for each that waits still, such as "tag users".
  std::vector<std::string> finish(std::chrono::milliseconds limit);

  /// True if an invalidation waits that covers the entry. Without any, as almost always, an atomic load.
  bool covers(std::string_view name_space, std::string_view stored_key,
              std::span<const std::string> tags) const;

  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  std::uint64_t retried() const { return retried_; }  ///< that succeeded later; since the start
  std::uint64_t lost() const { return lost_; }        ///< since the start

 private:
  using Serial = std::uint64_t;  // differs if it failed again meanwhile
  using Waiting = std::map<StaleScope, Serial>;

  using Written = std::function<void(std::span<const StaleScope>, std::vector<Status>)>;
  void write(std::vector<StaleScope> scopes, Written written) const;
  void writeMarks(std::span<const StaleScope> scopes, std::function<void(Status)> written) const;
  void writeScopes(std::vector<StaleScope> scopes, Status marked, Written written) const;
  void tick();
  void retry();
  void tryAgain(const std::vector<Waiting::value_type>& due);
  std::vector<Waiting::value_type> takeDue();

  GuardedBackend& backend_;
  const TagStamps& tags_;
  const std::size_t limit_;
  mutable std::mutex mutex_;
  Waiting waiting_;
  Serial lastSerial_ = 0;
  StaleScope lastTried_;
  std::mutex trying_;  // one at a time: the retrier, or whoever finishes
  bool ticking_ = false;
  std::chrono::nanoseconds nextTry_{0};
  std::chrono::milliseconds pause_{0};
  std::atomic<std::size_t> size_{0};
  std::atomic<std::uint64_t> retried_{0};
  std::atomic<std::uint64_t> lost_{0};
  WorkerPool retrier_;  // last: its thread uses all of the above
};

}  // namespace larder

#endif
