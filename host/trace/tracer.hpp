// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TRACE_TRACER_HPP
#define LARDER_TRACE_TRACER_HPP

#include <larder/host_services.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string_view>
#include <unordered_map>

#include <larder/http/request.hpp>
#include <larder/http/striped.hpp>
#include <larder/http/tracing.hpp>

namespace larder::http {

/// Decides which requests are traced, and passes their spans to the observer. Thread-safe. Each traced
/// request shares it.
class Tracer : public std::enable_shared_from_this<Tracer> {
 public:
  explicit Tracer(const Clock& clock) : clock_(clock) {}

  /// Throws std::invalid_argument if a member is out of range.
  void use(const TracingOptions& options);
  /// Call before the first request.
  void observe(SpanObserver& observer) { observer_ = &observer; }

  /// Returns false if begin() need not be called: the only cost of a request while nothing is traced.
  bool isOn() const { return on_.load(std::memory_order_relaxed); }
  /// Binds the request to a span if it is to be traced or timed. `now` is the monotonic clock's time.
  void begin(Request& request, std::chrono::nanoseconds now);

  const Clock& clock() const { return clock_; }
  TraceId newTraceId();
  SpanId newSpanId();
  void ended(const Span& span) const {
    if (observer_ != nullptr) observer_->ended(span);
  }

  /// The traced handler run whose result has its bytes at `payload`, until forgetLoad(). The engine passes
  /// these very bytes to the followers before the leader, so that a follower finds the run by them.
  void rememberLoad(const void* payload, SpanLink handler);
  void forgetLoad(const void* payload);
  std::optional<SpanLink> loadOf(const void* payload) const;

 private:
  // The requests to skip before the next one that is traced; less than 0: not drawn yet.
  struct Countdown {
    std::atomic<std::int64_t> left{-1};
  };

  bool isTraced(const std::optional<TraceContext>& caller);
  bool isSampled();
  std::int64_t drawSkipped();

  const Clock& clock_;
  SpanObserver* observer_ = nullptr;
  std::atomic<bool> on_{false};
  std::atomic<bool> followCallers_{false};
  std::atomic<bool> timesAll_{false};
  Striped<Countdown> countdowns_;
  mutable std::mutex mutex_;  // of the rest
  double sample_ = 0;
  std::mt19937_64 random_{seed()};
  std::unordered_map<const void*, SpanLink> loads_;

  static std::uint64_t seed();
};

}  // namespace larder::http

#endif
