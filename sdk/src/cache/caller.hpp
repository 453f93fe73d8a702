// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CACHE_CALLER_HPP
#define LARDER_CACHE_CALLER_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cache/full_name.hpp"
#include "cache/host_locks.hpp"
#include "cache/single_flight.hpp"
#include "tags/change_marks.hpp"
#include "tags/tag_stamps.hpp"

namespace larder {

using PayloadPtr = std::shared_ptr<const std::string>;

/// One getOrCompute from its call to its answer. Touched by one thread at a time: the one that has its next
/// step.
struct Caller {
  Caller(CacheRequest wanted, const FullName& full_name, Executor& runs_on, Cache::Done answered)
      : request(std::move(wanted)), nameSpace(full_name), executor(runs_on), done(std::move(answered)) {}

  CacheRequest request;
  FullName nameSpace;  // the request's own may not outlive the call
  Executor& executor;
  Cache::Done done;
  SingleFlight::FlightPtr flight{};  // while leading
  // The mark of what this caller is answered with, and of the look-up that found `stale`.
  SingleFlight::Mark began = SingleFlight::kServesAll;
  SingleFlight::Mark looked = SingleFlight::kServesAll;
  std::vector<TagStamp> stamps{};  // read before the computation
  ChangeMarks::Marks marks{};      // read before a computation that may add tags
  std::uint64_t version = 0;       // in the store under its key, before the computation; 0: nothing
  bool overtaken = false;          // an entry came there since the look-up
  bool storable = true;
  bool renews = false;                    // in the background, for nobody in particular
  std::optional<CacheResult> stale{};     // for the case that the computation fails
  PayloadPtr former{};                    // what CacheRequest::recompute gets, if it is there
  std::optional<Redirect> redirect{};     // of what was computed
  std::optional<HostLocks::Hold> lock{};  // while this host computes for all
  std::optional<std::chrono::nanoseconds> lockPatience{};  // until when to wait for another host's
  std::chrono::milliseconds lockPause{0};                  // before the next look
};

}  // namespace larder

#endif
