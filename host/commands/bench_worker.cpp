// SPDX-License-Identifier: Apache-2.0
#include "commands/bench_worker.hpp"

#include <algorithm>
#include <span>
#include <thread>
#include <utility>

namespace larder::host {
namespace {

constexpr std::chrono::milliseconds kEntryLife{600'000};

}  // namespace

std::string benchKey(std::uint32_t number) { return "key-" + std::to_string(number); }

BenchWorker::BenchWorker(Backend& backend, BenchLoad load, BenchPace pace, Span span, std::size_t valueSize)
    : backend_(backend),
      load_(std::move(load)),
      pace_(pace),
      span_(span),
      slicesPerTick_(static_cast<double>(BenchTally().slices.size()) /
                     std::max(static_cast<double>((span.end - span.counted).count()), 1.0)),
      value_(valueSize, 'x') {}

void BenchWorker::runBlocking() {
  Slot slot;
  for (;;) {
    const auto begin = slot.insertsNext ? Clock::now() : waitUntilDue();
    if (begin >= span_.end) return;
    prepare(slot, begin);
    const Outcome outcome = backend_.perform(slot.operation, backend_.in(kBenchTimeout));
    slot.ended = Clock::now();
    slot.status = outcome.status;
    slot.error = outcome.error;
    count(slot);
  }
}

void BenchWorker::runByCallback(std::size_t outstanding) {
  Ended ended;
  std::vector<Slot> slots(outstanding);
  std::vector<Slot*> idle;
  for (Slot& slot : slots) idle.push_back(&slot);
  std::size_t running = 0;
  for (;;) {
    const auto due = pace_.due();
    if (!idle.empty() && (idle.back()->insertsNext || due <= Clock::now())) {
      Slot& slot = *idle.back();
      const auto now = Clock::now();
      // If the request is late because all slots were in use, that delay counts as part of its latency.
      const auto begin = slot.insertsNext || !pace_.isFixed() ? now : due;
      if (now < span_.end) {
        idle.pop_back();
        prepare(slot, begin);
        ++running;
        start(slot, ended);
      }
    }
    std::unique_lock lock(ended.mutex);
    if (Clock::now() >= span_.end) {
      // Terminates, because every operation has a deadline.
      ended.some.wait(lock, [&] { return ended.slots.size() == running; });
      for (Slot* const slot : ended.slots) count(*slot);
      return;
    }
    if (ended.slots.empty() && idle.empty()) ended.some.wait_until(lock, span_.end);
    if (ended.slots.empty() && !idle.empty() && !idle.back()->insertsNext && due > Clock::now())
      ended.some.wait_until(lock, std::min(due, span_.end));
    for (Slot* const slot : std::exchange(ended.slots, {})) {
      --running;
      count(*slot);
      idle.push_back(slot);
    }
  }
}

// Returns when the request counts as begun. A late wake-up of this thread is not part of its latency; a delay
// by earlier requests is.
BenchWorker::Clock::time_point BenchWorker::waitUntilDue() {
  if (!pace_.isFixed()) return Clock::now();
  const auto due = pace_.due();
  if (due >= span_.end) return span_.end;
  if (due <= Clock::now()) return due;
  std::this_thread::sleep_until(due);
  return Clock::now();
}

void BenchWorker::prepare(Slot& slot, Clock::time_point begin) {
  slot.begin = begin;
  if (std::exchange(slot.insertsNext, false)) {
    slot.kind = BenchRequest::set;
  } else {
    const auto request = load_.next();
    pace_.advance();
    slot.kind = request.kind;
    slot.key = benchKey(request.key);
  }
  slot.operation = Operation{};
  slot.operation.nameSpace = kBenchNamespace;
  slot.operation.key = slot.key;
  slot.operation.code = slot.kind == BenchRequest::set ? OpCode::set : OpCode::get;
  if (slot.kind != BenchRequest::set) return;
  slot.operation.value = value_;
  slot.operation.ttl = kEntryLife;
}

void BenchWorker::start(Slot& slot, Ended& ended) {
  backend_.start(std::span(&slot.operation, 1), backend_.in(kBenchTimeout),
                 [&slot, &ended](std::span<Outcome> outcomes) {
                   slot.ended = Clock::now();
                   slot.status = outcomes.front().status;
                   slot.error = outcomes.front().error;
                   const std::lock_guard lock(ended.mutex);
                   ended.slots.push_back(&slot);
                   // Notifies under the lock: the worker may be destroyed once it has seen the last
                   // completion.
                   ended.some.notify_one();
                 });
}

void BenchWorker::count(Slot& slot) {
  ended_.store(ended_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  slot.insertsNext = slot.kind == BenchRequest::getOrInsert && slot.status == Status::miss;
  if (slot.begin < span_.counted) return;
  tally_.latencies.add(slot.ended - slot.begin);
  const auto slice =
      static_cast<std::size_t>(static_cast<double>((slot.ended - span_.counted).count()) * slicesPerTick_);
  ++tally_.slices[std::min(slice, tally_.slices.size() - 1)];
  if (slot.kind != BenchRequest::set) {
    tally_.hits += slot.status == Status::ok ? 1 : 0;
    tally_.misses += slot.status == Status::miss ? 1 : 0;
  }
  if (!failed(slot.status)) return;
  ++tally_.errors;
  tally_.lastError = std::string(toString(slot.status)) + (slot.error.empty() ? "" : ": " + slot.error);
}

}  // namespace larder::host
