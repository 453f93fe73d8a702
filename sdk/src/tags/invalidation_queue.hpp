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

/// The unit of invalidation: a tag, an entry or a namespace.
struct StaleScope {
  enum class Kind : std::uint8_t { tag, entry, nameSpace };

  Kind kind = Kind::tag;
  std::string nameSpace;  ///< backend namespace, with the prefix; empty for a tag
  std::string name;       ///< the tag, or the entry's stored key; empty for a namespace

  auto operator<=>(const StaleScope&) const = default;
};

/// Writes invalidations to the backend. A failed invalidation is retried in the background with growing
/// pauses until it succeeds. Until then this host must neither serve nor store anything that it covers; other
/// hosts see it once it succeeds.
///
/// Each scope waits at most once, however often it failed. At most `limit` scopes wait; any beyond that are
/// dropped and counted as lost. Thread-safe. The destructor drops waiting scopes.
class InvalidationQueue {
 public:
  /// `backend` and `tags` are borrowed and must outlive the queue.
  InvalidationQueue(GuardedBackend& backend, const TagStamps& tags, std::size_t limit);

  /// Writes the scopes together. Calls `done` once, on this thread or on one of the backend's. A status other
  /// than ok means that at least one scope failed, and now waits or is lost.
  void carryOut(std::vector<StaleScope> scopes, std::function<void(Status)> done);

  /// Adds a scope to the retries without trying it first.
  void add(const StaleScope& scope);

  /// Retries all waiting scopes once, regardless of their pause, until `limit` has passed; blocks. Returns a
  /// text such as "tag users" for each scope that is still waiting.
  std::vector<std::string> finish(std::chrono::milliseconds limit);

  /// Returns true if a waiting invalidation covers the entry. Costs one atomic load when none is waiting,
  /// which is almost always.
  bool covers(std::string_view name_space, std::string_view stored_key,
              std::span<const std::string> tags) const;

  std::size_t size() const { return size_.load(std::memory_order_acquire); }
  std::uint64_t retried() const { return retried_; }  ///< succeeded on a retry, since start
  std::uint64_t lost() const { return lost_; }        ///< since start

 private:
  using Serial = std::uint64_t;  // grows with each failure, so a repeated failure is recognized
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
  std::mutex trying_;  // allows one retry pass at a time: the retrier's or finish()'s
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
