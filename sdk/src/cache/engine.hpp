// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_ENGINE_HPP
#define LARDER_CACHE_ENGINE_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backend/timers.hpp"
#include "cache/entry_writer.hpp"
#include "cache/event_counts.hpp"
#include "cache/flights.hpp"
#include "cache/lookup.hpp"
#include "cache/single_flight.hpp"
#include "guard/guarded_backend.hpp"
#include "tags/invalidation_queue.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

/// The parts of a Cache: Lookup reads, Flights decides which caller computes and which callers wait,
/// EntryWriter stores and invalidates. Engine connects them and adds the cache's prefix to namespaces.
class Cache::Engine {
 public:
  Engine(std::shared_ptr<Backend> backend, CacheOptions options);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine();

  void getOrCompute(CacheRequest request, Executor& executor, Done done);
  void getOrComputeMissed(CacheRequest request, Executor& executor, Done done);
  std::optional<CacheResult> findFresh(const FreshLookUp& wanted);
  void find(CacheRequest request, WhenFound found);
  void getOrComputeMany(BatchRequest request, Executor& executor, BatchDone done);
  std::optional<CacheResult> find(const CacheRequest& request);
  Inspection inspect(const CacheRequest& request);

  void invalidate(std::vector<std::string> tags, WhenInvalid done);
  void set(CacheRequest request, std::string payload, WhenInvalid done);
  void erase(std::string_view short_name, const Key& key, WhenInvalid done);
  void clear(std::string_view short_name, WhenInvalid done);
  void replaceBackend(std::unique_ptr<Backend> next);

  void claimFunctionName(std::string_view name, std::uint64_t types);
  std::vector<std::string> finishInvalidations(std::chrono::milliseconds limit);

  void stopRenewing() { flying_.stopRenewing(); }
  CacheCounters counters() const;
  CacheState state() const;
  Backend& backend() { return *backend_; }
  const CacheOptions& options() const { return options_; }

 private:
  void fly(CacheRequest request, Executor& executor, Done done);
  // What find() brings, and counts it.
  std::optional<CacheResult> counted(Found found, const CacheRequest& request);
  FullName fullName(std::string_view name_space) const { return {options_.prefix, name_space}; }

  const std::shared_ptr<Backend> backend_;
  const CacheOptions options_;
  EventCounts events_;
  GuardedBackend guarded_;
  TagStamps tags_;
  InvalidationQueue invalidating_;
  Lookup lookup_;
  std::unique_ptr<Timers> timers_;
  SingleFlight flights_;
  EntryWriter writer_;
  Flights flying_;
  std::mutex namesMutex_;
  std::map<std::string, std::uint64_t, std::less<>> functionTypes_;
};

}  // namespace larder

#endif
