// SPDX-License-Identifier: Apache-2.0
#include "memcached_backend.hpp"

#include <larder/async/nanoseconds.hpp>
#include "expiry.hpp"

#include <array>
#include <chrono>
#include <new>
#include <string>
#include <utility>

namespace larder::memcached {

namespace {

// An operation without a deadline ends after this many timeouts, including its time in the queue.
constexpr std::uint64_t kTimeoutsWithoutDeadline = 10;

// SplitMix64 is a bijection, so incrementing the counter never yields the same number twice.
std::uint64_t scatter(std::uint64_t number) {
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31);
}

}  // namespace

plugin::Info MemcachedBackend::info() {
  const auto options = optionsTable();
  return {"Larder", "Apache-2.0", options.data(), static_cast<std::uint32_t>(options.size())};
}

MemcachedBackend::MemcachedBackend(plugin::Host host, const plugin::Settings& settings)
    : host_(host),
      options_(settings),
      keys_(options_.keyPrefix),
      choice_(options_.servers),
      health_(host, options_.servers),
      gate_(options_.maxPending, options_.maxPendingBytes),
      versions_(host.random64()) {
  for (std::size_t server = 0; server < options_.servers.size(); ++server) {
    addresses_.push_back(std::make_unique<ServerAddress>(options_.servers[server]));
    const Pipeline::Settings pipeline{server, options_.servers[server].name(), options_.timeout,
                                      options_.connectTimeout, false};
    lanes_.push_back(
        std::make_unique<CallerLanes>(host_, pipeline, *addresses_[server], health_, counters_, keys_));
    for (std::size_t i = 0; i < options_.connections; ++i) {
      const std::string name = "larder-memc-" + std::to_string(workers_.size());
      const Connection::Settings connection{options_.servers[server], server, keys_.probe(), options_.timeout,
                                            options_.connectTimeout};
      workers_.push_back(
          std::make_unique<Worker>(name, host_, connection, *addresses_[server], health_, counters_, keys_));
    }
  }
  watch_ = std::make_unique<DeadlineWatch>(host_, workers_);
}

MemcachedBackend::~MemcachedBackend() {
  cutPending();
  watch_.reset();
}

void MemcachedBackend::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  if (count == 1 && performDirectly(*ops[0], results[0])) return;
  plugin::Waiter waiter;
  larder_status queued = LARDER_PENDING;
  waiter.expect();  // the first operations may complete before the last is expected
  Touched touched;
  for (std::uint32_t i = 0; i < count; ++i) start(*ops[i], {&results[i], &waiter}, touched);
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (touched[i]) workers_[i]->wake();
  waiter.finish(queued, LARDER_OK);
  waiter.wait();
}

// Performs the operation on the caller's thread. Returns false, with nothing done, if the operation has to go
// through a worker.
bool MemcachedBackend::performDirectly(larder_op& op, larder_status& result) noexcept {
  if (op.complete != nullptr || !Task::takes(op.opcode, op.flags)) return false;
  if (plugin::check(op, maxKeySize(), maxValueSize()) != LARDER_OK) return false;
  const std::uint64_t now = host_.monotonicNs();
  const std::uint64_t limit = limitOf(op, now);
  if (limit <= now) return false;
  const std::uint64_t route = StoreKeys::route(plugin::view(op.name_space), plugin::view(op.key));
  const std::size_t server = choice_.of(route);
  // An earlier operation on this key may still be in flight, and writes to a key keep their order.
  if (!lanes_[server]->isReady() || workers_[workerOf(server, route)]->hasWork()) return false;
  const std::uint64_t bytes = PendingOp::bytesOf(op);
  if (!gate_.enter(bytes)) return false;

  Call call{taskOf(op), limit, op.deadline_ns != 0, bytes};
  lanes_[server]->perform(call);
  gate_.leave(bytes);
  const bool ended = call.task.state == Task::State::answered;
  if (ended) {
    result = call.task.answer.status;
    fill(op, call.task.answer);
    plugin::releaseDonation(op);
    counters_.count(op.opcode, result);
  }
  gate_.finish();
  return ended;
}

Task MemcachedBackend::taskOf(const larder_op& op) {
  Task task;
  task.opcode = op.opcode;
  task.onlyIfAbsent = (op.flags & LARDER_IF_ABSENT) != 0;
  task.nameSpace = plugin::view(op.name_space);
  task.key = plugin::view(op.key);
  if (!task.isWrite()) return task;
  task.value = plugin::view(op.value);
  task.version = nextVersion();
  task.expiresMs = expiresAt(op.ttl_ms, host_.realtimeMs());
  return task;
}

std::uint64_t MemcachedBackend::limitOf(const larder_op& op, std::uint64_t now) const {
  return op.deadline_ns != 0 ? op.deadline_ns
                             : now + kTimeoutsWithoutDeadline * plugin::nanoseconds(options_.timeout);
}

std::size_t MemcachedBackend::workerOf(std::size_t server, std::uint64_t route) const {
  return server * options_.connections + route % options_.connections;
}

void MemcachedBackend::start(larder_op& op, PendingOp::Destination destination, Touched& touched) noexcept {
  PendingOpPtr pending;
  *destination.result = accept(op, destination, pending);
  plugin::releaseDonation(op);  // its bytes are copied, or it was refused
  if (pending == nullptr) return counters_.count(op.opcode, *destination.result);
  if (op.complete == nullptr) destination.waiter->expect();
  queue(pending, touched);
}

// Checks the operation against abi.h and against the extensions that this plugin implements.
larder_status MemcachedBackend::judge(const larder_op& op) const noexcept {
  if (!plugin::isExtension(op.opcode)) return plugin::check(op, maxKeySize(), maxValueSize());
  const bool known = op.opcode == LARDER_OP_INCREMENT || op.opcode == LARDER_OP_COMPARE_SET ||
                     op.opcode == LARDER_OP_LOCK || op.opcode == LARDER_OP_UNLOCK;
  return known ? plugin::checkExtension(op, maxKeySize(), maxValueSize()) : LARDER_UNSUPPORTED;
}

larder_status MemcachedBackend::accept(larder_op& op, PendingOp::Destination destination,
                                       PendingOpPtr& pending) noexcept {
  const larder_status judged = judge(op);
  if (judged != LARDER_OK) return judged;
  const std::uint64_t now = host_.monotonicNs();
  if (op.deadline_ns != 0 && op.deadline_ns <= now) return LARDER_DEADLINE;
  const std::uint64_t bytes = PendingOp::bytesOf(op);
  if (!gate_.enter(bytes)) return LARDER_OVERLOADED;

  const std::uint64_t limit = limitOf(op, now);
  const std::uint64_t route = StoreKeys::route(plugin::view(op.name_space), plugin::view(op.key));
  try {
    pending = std::make_shared<PendingOp>(op, PendingOp::Context{counters_, gate_}, destination,
                                          nextVersion(), host_.realtimeMs(), limit, route);
    return LARDER_PENDING;
  } catch (const std::bad_alloc&) {
    gate_.leave(bytes);
    gate_.finish();
    return LARDER_NO_MEMORY;
  }
}

// A key belongs to one server. Clearing a namespace and PING concern all servers.
void MemcachedBackend::queue(const PendingOpPtr& op, Touched& touched) noexcept {
  const bool everywhere = op->opcode() == LARDER_OP_CLEAR_NAMESPACE || op->opcode() == LARDER_OP_PING;
  if (!everywhere) return queueAt(choice_.of(op->route()), op, touched);

  const std::size_t servers = options_.servers.size();
  op->splitInto(static_cast<std::uint32_t>(servers));
  for (std::size_t server = 0; server < servers; ++server) queueAt(server, op, touched);
}

void MemcachedBackend::queueAt(std::size_t server, const PendingOpPtr& op, Touched& touched) noexcept {
  const std::size_t worker = workerOf(server, op->route());
  try {
    if (!workers_[worker]->push(op)) return op->complete({LARDER_CLOSED});
  } catch (const std::bad_alloc&) {
    return op->complete({LARDER_NO_MEMORY});
  }
  touched.set(worker);
  watch_->expect(op->limitNs());
}

std::uint64_t MemcachedBackend::nextVersion() {
  std::uint64_t version = 0;
  while (version == 0) version = scatter(versions_.fetch_add(1, std::memory_order_relaxed));
  return version;
}

void MemcachedBackend::cancel(larder_op& op) noexcept {
  for (const auto& worker : workers_) {
    if (const PendingOpPtr pending = worker->take(op)) return pending->complete({LARDER_CANCELLED});
  }
}

const void* MemcachedBackend::extension(std::string_view id) noexcept {
  return id == LARDER_ATOMIC || id == LARDER_LOCK ? &plugin::implemented : nullptr;
}

void MemcachedBackend::stats(larder_stats& stats) const noexcept {
  if (LARDER_HAS(&stats, larder_stats, pending)) stats.pending = gate_.pending();
  counters_.fill(stats);
}

larder_status MemcachedBackend::drain(std::uint64_t deadlineNs) noexcept {
  const std::uint64_t now = host_.monotonicNs();
  const std::chrono::nanoseconds left(deadlineNs > now ? deadlineNs - now : 0);
  if (gate_.waitUntilEmpty(left)) {
    cutPending();  // nothing is pending: this only closes the workers
    return LARDER_OK;
  }
  cutPending();
  gate_.waitUntilEmpty(10 * kSlice);  // until the callers on lanes have noticed
  return LARDER_DEADLINE;
}

// Returns how many operations were cut off.
std::size_t MemcachedBackend::cutPending() noexcept {
  for (const auto& lanes : lanes_) lanes->close();
  std::size_t cut = 0;
  std::array<PendingOpPtr, 64> some;
  for (const auto& worker : workers_) {
    while (const std::size_t count = worker->close(some)) {
      for (std::size_t i = 0; i < count; ++i) std::exchange(some[i], nullptr)->complete({LARDER_CLOSED});
      cut += count;
    }
  }
  return cut;
}

}  // namespace larder::memcached

LARDER_PLUGIN(larder::memcached::MemcachedBackend, "memcached", "0.2.0")
