// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_ENTRY_WRITER_HPP
#define LARDER_CACHE_ENTRY_WRITER_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cache/caller.hpp"
#include "cache/event_counts.hpp"
#include "cache/single_flight.hpp"
#include "guard/guarded_backend.hpp"
#include "tags/change_marks.hpp"
#include "tags/invalidation_queue.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

/// The engine's writing side: stores computed values, and makes stored ones stale. Both at once, because a
/// value that was computed from before an invalidation must not be found after it: its stamps are read before
/// its computation, its flight is outdated by the invalidation, and a write that the two crossed is undone.
///
/// Thread-safe.
class EntryWriter {
 public:
  using Storing = CacheResult::Storing;

  struct Value {
    CallerPtr caller;
    PayloadPtr payload;
  };
  /// Told for each value what became of it, on this thread or one of the backend's.
  using Written = std::function<void(const Value&, Storing)>;

  /// All must outlive it and what it has begun.
  EntryWriter(GuardedBackend& backend, TagStamps& tags, InvalidationQueue& invalidating,
              SingleFlight& flights, EventCounts& events, const CacheOptions& options)
      : backend_(backend),
        tags_(tags),
        marks_(tags),
        invalidating_(invalidating),
        flights_(flights),
        events_(events),
        options_(options) {}

  /// Before a computation: each tag gets a stamp, so that an invalidation meanwhile shows. Decides
  /// Caller::storable.
  void prepare(const CallerPtr& caller, std::function<void()> then);

  /// Before a computation on a store that other hosts write to: a caller whose look-up found nothing under
  /// its key gets something that its value may be stored over, Caller::version. One round trip for all of
  /// them, none if nobody needs it.
  void reserve(std::vector<CallerPtr> callers, std::function<void()> then);

  /// Whether reserve() has anything to do for it.
  bool mustReserve(const Caller& caller) const;

  /// Why the caller's value is not to be stored; nullopt: its flight's store has begun, and store() follows.
  std::optional<Storing> reasonNotToStore(const Caller& caller, const std::string& payload);

  /// Of a caller whose store has begun: adds the tags that its computation named. `then` is told whether the
  /// value may be stored with them; if not, the store has ended.
  void addTags(const CallerPtr& caller, const std::vector<std::string>& tags, std::function<void(bool)> then);

  /// Whether prepare() has anything to do.
  static bool mustPrepare(const Caller& caller);

  /// Stores a value, or several together, in one round trip.
  void store(Value value, Written written);
  void store(std::vector<Value> values, Written written);

  /// As Cache's functions of these names. `done` is called once, on this thread or one of the backend's.
  using Done = std::function<void(Status)>;
  void set(CacheRequest request, const FullName& name_space, std::string payload, Done done);
  void invalidate(std::vector<std::string> tags, Done done);
  void erase(std::string name_space, Key key, Done done);
  void clear(std::string name_space, Done done);

 private:
  // Whether what is stored must be what the look-up saw, so that no value from before another host's erase,
  // clear or store comes after it.
  bool storesOnCondition() const;
  void setCondition(Operation& set, const Caller& caller) const;

  // What is to be stored under `key`.
  struct Content {
    const CacheRequest& request;
    std::string_view nameSpace;
    const Key& key;
    const std::vector<TagStamp>& stamps;
    const std::string& payload;
  };
  Operation setOf(const Content& content);
  Operation setOf(const Value& value);
  Operation pointerOf(const Caller& caller) const;
  std::string entryOf(const Content& content, std::chrono::milliseconds fresh,
                      std::chrono::milliseconds kept);
  std::chrono::milliseconds lifetimeOf(const CacheRequest& request) const;

  // What became of a set operation.
  struct Wrote {
    Status status;
    std::uint64_t version;
  };
  // Stores entries that rely on these stamps and are kept for so long, in one round trip. `then` gets one for
  // each of `sets`.
  void write(std::vector<Operation> sets, std::vector<TagStamp> stamps, std::chrono::milliseconds kept,
             std::function<void(std::span<const Wrote>)> then);
  void count(Status status);
  void stored(const Value& value, Wrote wrote, const Written& written);
  void takeBack(const Value& value, std::uint64_t version, const Written& written);
  static SingleFlight::Covers coversEntry(std::string name_space, Key key);
  void writeUncrossed(std::function<void(Done)> change, SingleFlight::Covers covers, Done done);
  void makeStale(std::vector<StaleScope> scopes, SingleFlight::Covers covers, Done done);

  GuardedBackend& backend_;
  TagStamps& tags_;
  ChangeMarks marks_;
  InvalidationQueue& invalidating_;
  SingleFlight& flights_;
  EventCounts& events_;
  const CacheOptions& options_;
};

}  // namespace larder

#endif
