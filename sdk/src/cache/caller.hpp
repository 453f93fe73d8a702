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

/// The state of one getOrCompute from call to answer. Only the thread that runs its next step touches it, so
/// access needs no lock.
struct Caller {
  Caller(CacheRequest wanted, const FullName& full_name, Executor& runs_on, Cache::Done answered)
      : request(std::move(wanted)), nameSpace(full_name), executor(runs_on), done(std::move(answered)) {}

  CacheRequest request;
  FullName nameSpace;  // owned: the request's view may not outlive the call
  Executor& executor;
  Cache::Done done;
  SingleFlight::FlightPtr flight{};  // while leading
  // The mark of the step that yields this caller's answer, and the mark of the look-up that found `stale`.
  SingleFlight::Mark began = SingleFlight::kServesAll;
  SingleFlight::Mark looked = SingleFlight::kServesAll;
  std::vector<TagStamp> stamps{};  // read before the computation
  ChangeMarks::Marks marks{};      // read before a computation that may add tags
  std::uint64_t version = 0;       // stored under its key before the computation; 0: nothing
  bool overtaken = false;          // another entry was stored there since the look-up
  bool storable = true;
  bool renews = false;                    // a background refresh, not on behalf of one caller
  std::optional<CacheResult> stale{};     // fallback if the computation fails
  PayloadPtr former{};                    // input of CacheRequest::recompute, if there is any
  std::optional<Redirect> redirect{};     // from the computed result
  std::optional<HostLocks::Hold> lock{};  // while this host computes for all hosts
  std::optional<std::chrono::nanoseconds> lockPatience{};  // when to stop waiting for another host's value
  std::chrono::milliseconds lockPause{0};                  // before the next poll
};

}  // namespace larder

#endif
