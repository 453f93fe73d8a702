// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_ENTRY_WRITER_HPP
#define LARDER_CACHE_ENTRY_WRITER_HPP

#include <larder/cache.hpp>

#include <array>
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

/// The engine's write side: stores computed values and makes stored values stale. One class does both because
/// a value computed before an invalidation must not be found after it: its stamps are read before its
/// computation, the invalidation marks its flight outdated, and a write that raced with the invalidation is
/// undone.
///
/// Thread-safe.
class EntryWriter {
 public:
  using Storing = CacheResult::Storing;

  struct Value {
    CallerPtr caller;
    PayloadPtr payload;
  };
  /// Receives the storage result of each value, on this thread or on one of the backend's.
  using Written = std::function<void(const Value&, Storing)>;

  /// All references are borrowed and must outlive the writer and every operation it started.
  EntryWriter(GuardedBackend& backend, TagStamps& tags, InvalidationQueue& invalidating,
              SingleFlight& flights, EventCounts& events, const CacheOptions& options)
      : backend_(backend),
        tags_(tags),
        marks_(tags),
        invalidating_(invalidating),
        flights_(flights),
        events_(events),
        options_(options) {}

  /// Runs before a computation: gives each tag a stamp, so that an invalidation during the computation is
  /// detected. Sets Caller::storable.
  void prepare(const CallerPtr& caller, std::function<void()> then);

  /// Runs before a computation on a store that other hosts also write to. Places a lease for each caller
  /// whose look-up found nothing under its key; the version in Caller::version is the one that the value may
  /// later replace. Costs one round trip for all callers, none if no caller needs a lease.
  void reserve(const CallerPtr& caller, std::function<void()> then);
  void reserve(std::vector<CallerPtr> callers, std::function<void()> then);

  /// Returns whether reserve() has anything to do for this caller.
  bool mustReserve(const Caller& caller) const;

  /// Returns why the caller's value must not be stored. nullopt: the flight's store has begun, and store()
  /// must follow.
  std::optional<Storing> reasonNotToStore(const Caller& caller, const std::string& payload);

  /// Adds the tags that the computation named, for a caller whose store has begun. `then` receives whether
  /// the value may be stored with them; if not, the store has ended.
  void addTags(const CallerPtr& caller, const std::vector<std::string>& tags, std::function<void(bool)> then);

  /// Returns whether prepare() has anything to do.
  static bool mustPrepare(const Caller& caller);

  /// Stores one or several values in one round trip.
  void store(Value value, Written written);
  void store(std::vector<Value> values, Written written);

  /// The same as the Cache functions of these names. `done` is called once, on this thread or on one of the
  /// backend's.
  using Done = std::function<void(Status)>;
  void set(CacheRequest request, const FullName& name_space, std::string payload, Done done);
  void invalidate(std::vector<std::string> tags, Done done);
  void erase(std::string name_space, Key key, Done done);
  void clear(std::string name_space, Done done);

 private:
  // Returns whether a store is conditional on the version that the look-up saw. The condition keeps a value
  // from being stored after another host's erase, clear or store that it predates.
  bool storesOnCondition() const;
  void setCondition(Operation& set, const Caller& caller) const;

  static std::array<Operation, 2> leaseFor(const Caller& caller);
  void leased(Caller& caller, const Outcome& placed, const Outcome& found);

  // An entry to store under `key`.
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

  // The result of a set operation.
  struct Wrote {
    Status status;
    std::uint64_t version;
  };
  // Stores entries that rely on these stamps and are kept for `kept`, in one round trip. `then` receives one
  // result per element of `sets`.
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
