// SPDX-License-Identifier: Apache-2.0
#include "caller_lanes.hpp"

#include <larder/async/brief_yield.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <thread>
#include <utility>

namespace larder::memcached {

namespace {

constexpr std::uint32_t kEnded = 1;
constexpr std::uint32_t kLeads = 2;

// The lanes in use when there are more callers than lanes: few enough for large batches, and enough to
// compose one batch while the server works on another.
constexpr std::size_t kLanesOfMany = 2;

// A server whose quickest reply takes less than this is usually on the same machine.
constexpr std::uint64_t kNearNs = 100'000;
constexpr std::size_t kCallersPerProcessor = 2;
constexpr std::uint64_t kLongestWaitNs = 1'000'000'000;

void end(Task& task, larder_status status, std::string_view why) noexcept {
  task.answer = failed(status, why);
  task.state = Task::State::answered;
}

void lapse(Call& call, bool wasBegun) noexcept {
  if (call.hasDeadline) return end(call.task, LARDER_DEADLINE, "the deadline passed");
  const bool mayHaveHappened = wasBegun && call.task.isWrite();
  end(call.task, mayHaveHappened ? LARDER_UNKNOWN_RESULT : LARDER_UNAVAILABLE,
      "memcached did not answer in time");
}

}  // namespace

/// A connection and its current calls. Only the leading thread uses it.
struct Lane {
  Lane(plugin::Host host, const Pipeline::Settings& settings, ServerAddress& address, StoreHealth& health,
       Counters& counters, const StoreKeys& keys)
      : pipeline(host, settings, address, generations, health, counters, keys) {}

  Generations generations;
  Pipeline pipeline;
  std::array<Call*, kLargestBatch> calls{};  // NULL: the call has ended
  std::size_t count = 0;
};

CallerLanes::CallerLanes(plugin::Host host, Pipeline::Settings settings, ServerAddress& address,
                         StoreHealth& health, Counters& counters, const StoreKeys& keys)
    : host_(host),
      settings_(std::move(settings)),
      address_(address),
      health_(health),
      counters_(counters),
      keys_(keys),
      callersToBatch_(kCallersPerProcessor * std::max(1U, std::thread::hardware_concurrency())) {
  lanes_.reserve(kLanes);
  idle_.reserve(kLanes);
}

CallerLanes::~CallerLanes() = default;

void CallerLanes::perform(Call& call) noexcept {
  Lane* lane = nullptr;
  bool isAlone = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return end(call.task, LARDER_CLOSED, {});
    ++callers_;
    if (returning_ > 0) --returning_;
    lane = takeLane();
    if (lane == nullptr && busy_ == 0) {
      --callers_;
      return end(call.task, LARDER_NO_MEMORY, "out of memory");
    }
    if (lane == nullptr) enqueue(call);
    isAlone = callers_ + returning_ == 1;
  }
  if (lane != nullptr) {
    lane->calls[0] = &call;
    lane->count = 1;
    begin(*lane, isAlone);
  } else {
    lane = await(call);
  }
  if (lane != nullptr) lead(*lane, call);
}

// Requires the lock. Returns NULL if the caller has to queue.
Lane* CallerLanes::takeLane() noexcept {
  if (busy_ >= usableLanes()) return nullptr;
  if (idle_.empty()) {
    if (lanes_.size() == kLanes) return nullptr;
    try {
      lanes_.push_back(std::make_unique<Lane>(host_, settings_, address_, health_, counters_, keys_));
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    idle_.push_back(lanes_.back().get());
  }
  Lane* const lane = idle_.back();
  idle_.pop_back();
  ++busy_;
  return lane;
}

// A distant server limits callers by its latency, so each has a lane. A near one limits them by the
// processors that they share with it: once those are busy, batches are faster.
std::size_t CallerLanes::usableLanes() const {
  const std::size_t crowd = callers_ + returning_;
  if (crowd > kLanes) return kLanesOfMany;
  return quickestReplyNs_ < kNearNs && crowd > callersToBatch_ ? 1 : kLanes;
}

void CallerLanes::enqueue(Call& call) {
  call.isQueued = true;
  ++queued_;
  call.previous = last_;
  (last_ != nullptr ? last_->next : first_) = &call;
  last_ = &call;
}

void CallerLanes::dequeue(Call& call) {
  call.isQueued = false;
  --queued_;
  (call.previous != nullptr ? call.previous->next : first_) = call.next;
  (call.next != nullptr ? call.next->previous : last_) = call.previous;
}

// Writes go first, so that the reads after them share one command with the read of the generation. Calls of
// different threads have no order.
void CallerLanes::fillFromQueue(Lane& lane) {
  lane.count = 0;
  std::uint64_t bytes = 0;
  while (first_ != nullptr && lane.count < kLargestBatch) {
    bytes += first_->bytes;
    if (lane.count > 0 && bytes > kLargestRequest) break;
    lane.calls[lane.count++] = first_;
    dequeue(*first_);
  }
  const auto calls = std::span(lane.calls).first(lane.count);
  std::partition(calls.begin(), calls.end(), [](const Call* call) { return call->task.isWrite(); });
}

// Blocks until the call ends or has to lead. Returns the lane to lead; NULL if the call has ended.
Lane* CallerLanes::await(Call& call) noexcept {
  for (;;) {
    const std::uint64_t now = host_.monotonicNs();
    const std::uint64_t left = call.limitNs > now ? call.limitNs - now : 0;
    const auto longest = std::max(std::min(left, kLongestWaitNs), std::uint64_t{1'000'000});
    const std::uint32_t number = call.signal.await(std::chrono::nanoseconds(longest));
    if (number == kEnded) return nullptr;
    if (number == kLeads) return call.leads;

    const std::lock_guard lock(mutex_);
    if (!call.isQueued || host_.monotonicNs() < call.limitNs) continue;  // otherwise its leader ends it
    dequeue(call);
    --callers_;
    lapse(call, false);
    return nullptr;
  }
}

void CallerLanes::begin(Lane& lane, bool isAlone) const noexcept {
  std::array<Task*, kLargestBatch> tasks;
  for (std::size_t i = 0; i < lane.count; ++i) tasks[i] = &lane.calls[i]->task;
  lane.pipeline.begin(std::span(tasks).first(lane.count), isAlone);
}

void CallerLanes::lead(Lane& lane, Call& self) noexcept {
  while (!lane.pipeline.advance()) {
    if (endLapsed(lane, self) == 0) {
      lane.pipeline.abandon();
      break;
    }
    if (self.task.state == Task::State::open) continue;
    const auto calls = std::span(lane.calls).first(lane.count);
    Call* const heir =
        *std::find_if(calls.begin(), calls.end(), [](const Call* call) { return call != nullptr; });
    heir->leads = &lane;
    heir->signal.send(kLeads);
    return;
  }
  release(lane, self);
}

// Ends the calls whose limit has passed, and the leader's own call once its task has ended: the other tasks
// may take longer than its caller can wait. Returns how many calls are left.
std::size_t CallerLanes::endLapsed(Lane& lane, const Call& self) noexcept {
  const std::uint64_t now = host_.monotonicNs();
  const bool closed = closed_.load();
  std::size_t left = 0;
  for (std::size_t i = 0; i < lane.count; ++i) {
    Call* const call = lane.calls[i];
    if (call == nullptr) continue;
    const bool served = call == &self && call->task.state != Task::State::open;
    if (!closed && !served && now < call->limitNs) {
      ++left;
      continue;
    }
    lane.pipeline.drop(call->task);
    lane.calls[i] = nullptr;
    if (call->task.state == Task::State::open) {
      closed ? end(call->task, LARDER_CLOSED, {}) : lapse(*call, true);
    }
    leave(1);
    if (call != &self) call->signal.send(kEnded);
  }
  return left;
}

void CallerLanes::release(Lane& lane, const Call& self) noexcept {
  std::array<Call*, kLargestBatch> served;
  const auto calls = std::span(lane.calls).first(lane.count);
  const auto last = std::copy_if(calls.begin(), calls.end(), served.begin(),
                                 [](const Call* call) { return call != nullptr; });
  const auto wake = [&] {
    for (auto call = served.begin(); call != last; ++call)
      if (*call != &self) (*call)->signal.send(kEnded);
  };
  if (retire(lane, static_cast<std::size_t>(last - served.begin()))) {
    handOn(lane);
    wake();
  } else {
    wake();
    plugin::yieldBriefly();
    handOn(lane);
  }
}

// Returns true if the next batch should begin before the served callers wake up, so that the server is not
// idle in between. Returns false if too few calls are queued: the callers' next operations should then join
// them.
bool CallerLanes::retire(const Lane& lane, std::size_t served) noexcept {
  constexpr std::uint64_t repliesToForget = 256;
  const std::lock_guard lock(mutex_);
  quickestReplyNs_ = std::min(lane.pipeline.replyNs(), quickestReplyNs_ + quickestReplyNs_ / repliesToForget);
  callers_ -= served;
  returning_ = served;
  return served < 2 || queued_ >= served;
}

// Gives the lane to the queued calls, if there are any.
void CallerLanes::handOn(Lane& lane) noexcept {
  Call* leader = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (first_ != nullptr && busy_ <= usableLanes()) {
      leader = first_;
      fillFromQueue(lane);
    } else {
      --busy_;
      idle_.push_back(&lane);
    }
  }
  if (leader == nullptr) return;
  begin(lane, false);
  leader->leads = &lane;
  leader->signal.send(kLeads);
}

void CallerLanes::leave(std::size_t callers) noexcept {
  const std::lock_guard lock(mutex_);
  callers_ -= callers;
}

void CallerLanes::close() noexcept {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  while (first_ != nullptr) {
    Call& call = *first_;
    dequeue(call);
    --callers_;
    end(call.task, LARDER_CLOSED, {});
    call.signal.send(kEnded);
  }
}

}  // namespace larder::memcached
