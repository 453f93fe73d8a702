// SPDX-License-Identifier: Apache-2.0
#include "memcached_backend.hpp"

#include <chrono>
#include <new>
#include <string>

namespace larder::memcached {

namespace {

// An operation without a deadline of its own ends after this many time-outs, its time in the queue included.
constexpr std::uint64_t kTimeoutsWithoutDeadline = 10;

std::uint64_t toNs(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(time).count());
}

// SplitMix64: a bijection, so that counting up never gives the same number twice.
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
      gate_(options_.maxPending),
      versions_(host.random64()) {
  for (std::size_t server = 0; server < options_.servers.size(); ++server) {
    for (std::size_t i = 0; i < options_.connections; ++i) {
      const std::string name = "larder-memc-" + std::to_string(workers_.size());
      const Connection::Settings connection{options_.servers[server], server, keys_.probe(), options_.timeout,
                                            options_.connectTimeout};
      workers_.push_back(std::make_unique<Worker>(name, host_, connection, health_, counters_, keys_));
    }
  }
  watch_ = std::make_unique<DeadlineWatch>(host_, workers_);
}

MemcachedBackend::~MemcachedBackend() {
  cutPending();
  watch_.reset();
}

void MemcachedBackend::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  Waiters waiters;
  Touched touched;
  for (std::uint32_t i = 0; i < count; ++i) start(*ops[i], {&results[i], &waiters}, touched);
  for (std::size_t i = 0; i < workers_.size(); ++i)
    if (touched[i]) workers_[i]->wake();
  waiters.wait();
}

void MemcachedBackend::start(larder_op& op, PendingOp::Destination destination, Touched& touched) noexcept {
  PendingOpPtr pending;
  *destination.result = accept(op, destination, pending);
  plugin::releaseDonation(op);  // its bytes are copied, or it is refused
  if (pending == nullptr) return counters_.count(op.opcode, *destination.result);
  if (op.complete == nullptr) destination.waiters->add();
  queue(pending, touched);
}

larder_status MemcachedBackend::accept(larder_op& op, PendingOp::Destination destination,
                                       PendingOpPtr& pending) noexcept {
  const larder_status judged = plugin::check(op, maxKeySize(), maxValueSize());
  if (judged != LARDER_OK) return judged;
  const std::uint64_t now = host_.monotonicNs();
  if (op.deadline_ns != 0 && op.deadline_ns <= now) return LARDER_DEADLINE;
  if (!gate_.enter()) return LARDER_OVERLOADED;

  const std::uint64_t limit =
      op.deadline_ns != 0 ? op.deadline_ns : now + kTimeoutsWithoutDeadline * toNs(options_.timeout);
  const std::uint64_t route = StoreKeys::route(plugin::view(op.name_space), plugin::view(op.key));
  try {
    pending = std::make_shared<PendingOp>(op, PendingOp::Context{counters_, gate_}, destination,
                                          nextVersion(), host_.realtimeMs(), limit, route);
    return LARDER_PENDING;
  } catch (const std::bad_alloc&) {
    gate_.leave();
    gate_.finish();
    return LARDER_NO_MEMORY;
  }
}

// A key has one server; a namespace and the question whether the store answers have them all.
void MemcachedBackend::queue(const PendingOpPtr& op, Touched& touched) noexcept {
  const bool everywhere = op->opcode() == LARDER_OP_CLEAR_NAMESPACE || op->opcode() == LARDER_OP_PING;
  if (!everywhere) return queueAt(choice_.of(op->route()), op, touched);

  const std::size_t servers = options_.servers.size();
  op->splitInto(static_cast<std::uint32_t>(servers));
  for (std::size_t server = 0; server < servers; ++server) queueAt(server, op, touched);
}

void MemcachedBackend::queueAt(std::size_t server, const PendingOpPtr& op, Touched& touched) noexcept {
  const std::size_t worker = server * options_.connections + op->route() % options_.connections;
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

void MemcachedBackend::stats(larder_stats& stats) const noexcept {
  if (LARDER_HAS(&stats, larder_stats, pending)) stats.pending = gate_.pending();
  counters_.fill(stats);
}

larder_status MemcachedBackend::drain(std::uint64_t deadlineNs) noexcept {
  const std::uint64_t now = host_.monotonicNs();
  const std::chrono::nanoseconds left(deadlineNs > now ? deadlineNs - now : 0);
  if (gate_.waitUntilEmpty(left)) {
    cutPending();  // nothing is pending: this closes the workers
    return LARDER_OK;
  }
  return cutPending() == 0 ? LARDER_OK : LARDER_DEADLINE;
}

// How many had to be cut.
std::size_t MemcachedBackend::cutPending() noexcept {
  std::vector<PendingOpPtr> cut;
  for (const auto& worker : workers_) worker->close(cut);
  for (const auto& op : cut) op->complete({LARDER_CLOSED});
  return cut.size();
}

}  // namespace larder::memcached

LARDER_PLUGIN(larder::memcached::MemcachedBackend, "memcached", "0.2.0")
