// SPDX-License-Identifier: Apache-2.0
#include "trace/tracer.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <utility>

#include "http/current_span.hpp"
#include "trace/request_trace.hpp"

namespace larder::http {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

}  // namespace

void Tracer::use(const TracingOptions& options) {
  if (!(options.sample >= 0 && options.sample <= 1))
    throw std::invalid_argument("TracingOptions: sample must be from 0 to 1");
  {
    const std::lock_guard lock(mutex_);
    sample_ = options.sample;
  }
  countdowns_.each([](Countdown& countdown) { countdown.left.store(-1, std::memory_order_relaxed); });
  followCallers_.store(options.followCallers, std::memory_order_relaxed);
  timesAll_.store(options.serverTiming, std::memory_order_relaxed);
  on_.store(options.sample > 0 || options.followCallers || options.serverTiming, std::memory_order_relaxed);
}

void Tracer::begin(Request& request, std::chrono::nanoseconds now) {
  const bool follows = followCallers_.load(std::memory_order_relaxed);
  auto caller = follows ? traceContextIn(request.headers) : std::nullopt;
  const bool traced = isTraced(caller);
  const bool timed = timesAll_.load(std::memory_order_relaxed);
  if (!traced && !timed) return;
  if (traced && !follows) caller = traceContextIn(request.headers);
  const auto trace = std::make_shared<RequestTrace>(shared_from_this(), now, timed);
  auto current = std::make_shared<CurrentSpan>();
  if (traced) current->context = trace->record(request, std::move(caller));
  current->trace = trace;
  request.boundSpan = std::move(current);
}

bool Tracer::isTraced(const std::optional<TraceContext>& caller) {
  return caller ? caller->sampled : isSampled();
}

// Threads that share a countdown may lose a step, which makes the sample a little thinner.
bool Tracer::isSampled() {
  auto& left = countdowns_.mine().left;
  auto before = left.load(std::memory_order_relaxed);
  if (before < 0) before = drawSkipped();
  const bool due = before == 0;
  left.store(due ? drawSkipped() : before - 1, std::memory_order_relaxed);
  return due;
}

// Returns the number of failures before the first success where each try succeeds with probability sample_.
std::int64_t Tracer::drawSkipped() {
  const std::lock_guard lock(mutex_);
  if (sample_ <= 0) return kNever;
  if (sample_ >= 1) return 0;
  const double even = std::uniform_real_distribution<double>(0, 1)(random_);
  const double skipped = std::floor(std::log1p(-even) / std::log1p(-sample_));
  return skipped < 1e18 ? static_cast<std::int64_t>(skipped) : kNever;
}

TraceId Tracer::newTraceId() {
  const std::lock_guard lock(mutex_);
  TraceId id;
  while (!id) id = {random_(), random_()};
  return id;
}

SpanId Tracer::newSpanId() {
  const std::lock_guard lock(mutex_);
  SpanId id;
  while (!id) id = {random_()};
  return id;
}

std::uint64_t Tracer::seed() {
  std::random_device source;
  return std::uint64_t{source()} << 32 | source();
}

void Tracer::rememberLoad(const void* payload, SpanLink handler) {
  const std::lock_guard lock(mutex_);
  loads_.insert_or_assign(payload, handler);
}

void Tracer::forgetLoad(const void* payload) {
  const std::lock_guard lock(mutex_);
  loads_.erase(payload);
}

std::optional<SpanLink> Tracer::loadOf(const void* payload) const {
  const std::lock_guard lock(mutex_);
  const auto found = loads_.find(payload);
  return found == loads_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace larder::http
