// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BENCH_WORKER_HPP
#define LARDER_COMMANDS_BENCH_WORKER_HPP

#include <larder/backend.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "commands/bench_load.hpp"

namespace larder::host {

/// The namespace that a measurement fills.
inline constexpr std::string_view kBenchNamespace = "larder-bench";

/// The timeout of an operation of a measurement.
inline constexpr std::chrono::milliseconds kBenchTimeout{1000};

std::string benchKey(std::uint32_t number);

/// Puts one thread's load on a backend until the end of a time span, and counts what begins within the span.
class BenchWorker {
 public:
  struct Span {
    BenchPace::Clock::time_point counted;
    BenchPace::Clock::time_point end;
  };

  /// `backend` must outlive the worker.
  BenchWorker(Backend& backend, BenchLoad load, BenchPace pace, Span span, std::size_t valueSize);

  /// Runs one operation at a time. Blocks until the end.
  void runBlocking();
  /// Keeps `outstanding` operations in flight, using callbacks. Blocks until the end, and until all
  /// operations have completed.
  void runByCallback(std::size_t outstanding);

  /// Returns the number of operations that have ended, the warm-up included. Any thread may call it.
  std::uint64_t ended() const { return ended_.load(std::memory_order_relaxed); }

  /// Call it after the run.
  const BenchTally& tally() const { return tally_; }

 private:
  using Clock = BenchPace::Clock;

  // One operation in flight.
  struct Slot {
    BenchRequest kind = BenchRequest::get;
    std::string key;
    Operation operation;
    Clock::time_point begin;
    Clock::time_point ended;
    Status status = Status::ok;
    std::string error;
    bool insertsNext = false;
  };

  // The slots whose operations have completed, on any thread.
  struct Ended {
    std::mutex mutex;
    std::condition_variable some;
    std::deque<Slot*> slots;
  };

  void prepare(Slot& slot, Clock::time_point begin);
  void start(Slot& slot, Ended& ended);
  void count(Slot& slot);
  /// Waits until the next request is due, and returns when it counts as begun; a time at or after the end if
  /// none is left.
  Clock::time_point waitUntilDue();

  Backend& backend_;
  BenchLoad load_;
  BenchPace pace_;
  Span span_;
  double slicesPerTick_;  // of the clock
  std::string value_;
  BenchTally tally_;
  std::atomic<std::uint64_t> ended_{0};  // written by the thread that runs
};

}  // namespace larder::host

#endif
