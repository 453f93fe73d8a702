// SPDX-License-Identifier: Apache-2.0
//
// The way of an operation through the cluster. What changes with time is in cluster_watch.cpp.
#include "cluster.hpp"

#include "cluster_redirect.hpp"

#include <algorithm>
#include <larder/async/nanoseconds.hpp>
#include <larder/async/waiter.hpp>
#include <new>
#include <utility>

namespace larder::redis {
namespace {

// A node hands an operation back when its slot has moved or cannot be served for the moment. With the pauses
// in between, this many attempts take longer than an operation usually may.
constexpr int mostAttempts = 16;

constexpr std::uint64_t noPosting = 0;

}  // namespace

Cluster::Cluster(plugin::Host host, const Options& options)
    : host_(host),
      options_(options),
      limit_(options.maxPending, options.maxPendingBytes),
      feeds_(host_, options_),
      addresses_(options.url.cluster),
      backOff_(host.random64()),
      random_(static_cast<std::uint_fast32_t>(host.random64())),
      thread_("larder-cluster", [this] { run(); }) {}

Cluster::~Cluster() {
  std::map<std::string, std::unique_ptr<ClusterNode>> nodes;
  cut();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    woken_.notify_all();
  }
  thread_.join();
  {
    const std::lock_guard lock(mutex_);
    nodes.swap(nodes_);
  }
  nodes.clear();
}

larder_status Cluster::admit(larder_op& op, std::uint64_t now) {
  if (op.deadline_ns != 0 && op.deadline_ns <= now)
    return plugin::fail(op, LARDER_DEADLINE, "the deadline had passed before redis was asked");
  if (op.complete == nullptr && isOwnThread())
    return plugin::fail(op, LARDER_INVALID, "a completion can't wait for another operation");
  if (refuses_.load(std::memory_order_relaxed)) {
    const std::lock_guard lock(mutex_);
    if (closed_) return plugin::fail(op, LARDER_CLOSED, "the backend is drained");
    if (failure_ != LARDER_OK) return plugin::fail(op, failure_, reason_);
  }
  if (!limit_.enter(plugin::bytesOf(op)))
    return plugin::fail(op, LARDER_OVERLOADED, "too many operations are waiting for redis");
  counters_.pending.fetch_add(1, std::memory_order_relaxed);
  unfinished_.fetch_add(1, std::memory_order_relaxed);
  return LARDER_PENDING;
}

void Cluster::submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept {
  plugin::Waiter waiter;
  bool waits = false;
  {
    Errands done;
    const std::lock_guard lock(mutex_);
    const std::uint64_t posting = ++postings_;
    // All are counted before the first may end.
    for (std::uint32_t i = 0; i < count; ++i) {
      if (results[i] != LARDER_PENDING || ops[i]->complete != nullptr) continue;
      waiter.expect();
      waits = true;
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (results[i] != LARDER_PENDING) continue;
      const bool blocks = ops[i]->complete == nullptr;
      take({ops[i], blocks ? &waiter : nullptr, &results[i], posting});
    }
    postOutgoing();
    conclude(posting, done);
    // These belong to other calls, whose operations were held back until now.
    if (!done.empty()) {
      done_.splice(done_.end(), done);
      wake();
    }
  }
  if (waits) waiter.wait();
}

void Cluster::take(const Original& original) {
  try {
    Errands fresh = errandsOf(original);
    for (auto errand = fresh.begin(); errand != fresh.end(); ++errand) {
      errand->home = &fresh;
      errand->self = errand;
    }
    while (!fresh.empty()) enter(fresh.front());
  } catch (const std::bad_alloc&) {
    // There is no errand that could be finished.
    plugin::releaseDonation(*original.op);
    counters_.count(original.op->opcode, LARDER_NO_MEMORY);
    limit_.leave(plugin::bytesOf(*original.op));
    counters_.pending.fetch_sub(1, std::memory_order_relaxed);
    unfinished_.fetch_sub(1, std::memory_order_relaxed);
    if (original.waiter != nullptr)
      original.waiter->finish(*original.result, LARDER_NO_MEMORY);
    else
      *original.result = LARDER_NO_MEMORY;
  }
}

Errands Cluster::errandsOf(const Original& original) {
  const std::vector<unsigned> parts = partsOf(*original.op);
  const auto family = parts.size() > 1 ? std::make_shared<Family>() : nullptr;
  const std::uint64_t now = host_.monotonicNs();
  const std::uint64_t ownDeadline = now + plugin::nanoseconds(options_.connectTimeout + 2 * options_.timeout);
  Errands errands;
  for (const unsigned part : parts) {
    Errand& errand = errands.emplace_back(*this, original, part);
    if (family) errand.join(family);
    if (errand.op.deadline_ns == 0) errand.op.deadline_ns = ownDeadline;
    errand.op.complete = returned;
  }
  if (original.op->opcode == LARDER_OP_SCAN) beginScan(errands.front());
  return errands;
}

// A PING asks each master once, by way of one of its parts.
std::vector<unsigned> Cluster::partsOf(const larder_op& op) const {
  std::vector<unsigned> parts;
  switch (op.opcode) {
    case LARDER_OP_CLEAR_NAMESPACE:
      for (unsigned part = 0; part < partCount; ++part) parts.push_back(part);
      return parts;
    case LARDER_OP_PING:
      for (unsigned part = 0; part < partCount; ++part) {
        const auto hasSameNode = [&](unsigned other) { return parts_[other].node == parts_[part].node; };
        if (std::none_of(parts.begin(), parts.end(), hasSameNode)) parts.push_back(part);
      }
      return parts;
    case LARDER_OP_SCAN: return {readScanPosition(plugin::view(op.value)).value_or(ScanPosition{}).part};
    default: return {partOf(plugin::view(op.key))};
  }
}

void Cluster::enter(Errand& errand) {
  Part& part = parts_[errand.part];
  if (!part.blocked) return send(errand);
  moveTo(part.held, errand);
  if (!watchesWaiting_) wake();
}

void Cluster::send(Errand& errand) {
  Part& part = parts_[errand.part];
  if (cut_) return finish(errand, LARDER_CLOSED, "the backend was drained");
  if (part.node == nullptr)
    return finish(errand, LARDER_UNAVAILABLE, "no node of the cluster serves the key's slot");
  try {
    part.node->outgoing.push_back(&errand.op);
  } catch (const std::bad_alloc&) {
    return finish(errand, LARDER_NO_MEMORY, "out of memory");
  }
  if (errand.scan) continueScanAt(*part.node, errand);
  moveTo(inFlight_, errand);
  errand.node = part.node;
  ++part.node->inFlight;
  ++part.inFlight;
}

// Hands the outgoing errands to their nodes. Those that a node refuses are finished, which may free others.
void Cluster::postOutgoing() {
  constexpr std::size_t chunk = 128;
  std::array<larder_status, chunk> results;
  const std::uint64_t now = host_.monotonicNs();
  const auto hasOutgoing = [](const auto& node) { return !node.second->outgoing.empty(); };
  for (auto at = nodes_.begin();
       (at = std::find_if(nodes_.begin(), nodes_.end(), hasOutgoing)) != nodes_.end();) {
    ClusterNode& node = *at->second;
    node.lastUsedNs = now;
    posting_.swap(node.outgoing);
    bool refused = false;
    for (std::size_t begin = 0; begin < posting_.size(); begin += chunk) {
      const std::size_t size = std::min(chunk, posting_.size() - begin);
      larder_op** const ops = posting_.data() + begin;
      for (std::size_t i = 0; i < size; ++i) results[i] = node.loop.admit(*ops[i], now);
      // An operation that a node has taken may be freed only under the mutex.
      node.loop.submit(ops, static_cast<std::uint32_t>(size), results.data());
      for (std::size_t i = 0; i < size; ++i) {
        if (results[i] == LARDER_PENDING) continue;
        Errand& errand = *static_cast<Errand*>(ops[i]->user);
        refused = true;
        leaveNode(errand);
        finish(errand, results[i]);
      }
    }
    posting_.clear();
    for (unsigned part = 0; refused && part < partCount; ++part) settle(part);
  }
}

void Cluster::returned(larder_op* op, larder_status status) {
  Errand& errand = *static_cast<Errand*>(op->user);
  errand.cluster.returned(errand, status);
}

void Cluster::returned(Errand& errand, larder_status status) {
  Errands done;
  {
    const std::lock_guard lock(mutex_);
    const unsigned number = errand.part;
    Part& part = parts_[number];
    leaveNode(errand);
    if (status == LARDER_OK && errand.scan && mustScanOn(errand)) {
      part.handedBack = 0;
      enter(errand);
    } else if (status != routeAgain) {
      part.handedBack = 0;
      finish(errand, status);
    } else if (cut_) {
      finish(errand, LARDER_CLOSED, "the backend was drained");
    } else if (++errand.attempts == mostAttempts) {
      finish(errand, LARDER_UNAVAILABLE, "the nodes of the cluster hand the operation to one another");
    } else {
      moveTo(part.again, errand);
      part.blocked = true;
    }
    settle(number);
    postOutgoing();
    conclude(noPosting, done);
  }
  runCompletions(done);
}

void Cluster::leaveNode(Errand& errand) {
  --errand.node->inFlight;
  --parts_[errand.part].inFlight;
  errand.node = nullptr;
}

// Frees a part of which nothing is in flight any more. The first return of operations is answered at once,
// since the node has usually named the right one; the next ones are answered after growing pauses.
void Cluster::settle(unsigned number) {
  Part& part = parts_[number];
  if (!part.blocked || part.inFlight > 0 || part.pausedUntilNs != 0 || !knowsTopology_) return;
  if (part.next != nullptr) part.node = std::exchange(part.next, nullptr);
  if (part.again.empty() || ++part.handedBack == 1) return release(number);
  constexpr std::uint64_t shortest = 10 * plugin::nsPerMs;
  constexpr unsigned mostDoublings = 6;
  const std::uint64_t pause = shortest << std::min(part.handedBack - 2, mostDoublings);
  part.pausedUntilNs = host_.monotonicNs() + pause / 2 + random_() % (pause / 2);
  inquireSoon();
  wake();
}

void Cluster::release(unsigned number) {
  Part& part = parts_[number];
  part.blocked = false;
  part.pausedUntilNs = 0;
  while (!part.again.empty()) send(part.again.front());
  while (!part.held.empty()) send(part.held.front());
}

void Cluster::cancel(larder_op& op) noexcept {
  Errands done;
  {
    const std::lock_guard lock(mutex_);
    for (Errand& errand : inFlight_)
      if (errand.original.op == &op) errand.node->loop.cancel(errand.op);
    for (Part& part : parts_) {
      cancelWaiting(part.again, op);
      cancelWaiting(part.held, op);
    }
    conclude(noPosting, done);
  }
  runCompletions(done);
}

void Cluster::cancelWaiting(Errands& waiting, const larder_op& op) {
  for (auto at = waiting.begin(); at != waiting.end();) {
    Errand& errand = *at++;
    if (errand.original.op == &op) finish(errand, LARDER_CANCELLED, "cancelled");
  }
}

bool Cluster::isOwnThread() {
  const std::lock_guard lock(mutex_);
  return thread_.isCurrent() || std::any_of(nodes_.begin(), nodes_.end(),
                                            [](const auto& node) { return node.second->loop.isCurrent(); });
}

larder_status Cluster::drain(std::uint64_t deadlineNs) noexcept {
  constexpr std::chrono::nanoseconds longest = std::chrono::hours(24);
  // After the cut, the threads wait for nothing but the host's completions.
  constexpr std::chrono::seconds moment{1};
  const std::uint64_t now = host_.monotonicNs();
  const std::uint64_t left = deadlineNs > now ? deadlineNs - now : 0;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    refuses_ = true;
  }
  if (awaitIdle(std::chrono::nanoseconds(std::min(left, plugin::nanoseconds(longest))))) return LARDER_OK;
  cut();
  awaitIdle(moment);
  return LARDER_DEADLINE;
}

bool Cluster::awaitIdle(std::chrono::nanoseconds patience) {
  std::unique_lock lock(mutex_);
  return becameIdle_.wait_for(lock, patience, [this] { return unfinished_ == 0; });
}

void Cluster::cut() {
  Errands done;
  {
    const std::lock_guard lock(mutex_);
    cut_ = true;
    dropWaiting(LARDER_CLOSED, "the backend was drained");
    for (const auto& [address, node] : nodes_) node->loop.cut();
    conclude(noPosting, done);
  }
  runCompletions(done);
}

void Cluster::dropWaiting(larder_status status, std::string_view why) {
  for (Part& part : parts_) {
    while (!part.again.empty()) finish(part.again.front(), status, why);
    while (!part.held.empty()) finish(part.held.front(), status, why);
  }
}

void Cluster::listen(const larder_invalidation_listener* listener) {
  std::vector<HostPort> now;
  if (listener != nullptr) {
    std::unique_lock lock(mutex_);
    learned_.wait_for(lock, options_.connectTimeout + options_.timeout,
                      [this] { return knowsTopology_ || failure_ != LARDER_OK; });
    now = masters();
  }
  feeds_.listen(listener, now);
  const std::lock_guard lock(mutex_);
  followed_.clear();  // the masters may have changed meanwhile
  wake();
}

// ---- The end of an operation ----

void Cluster::finish(Errand& errand, larder_status status, std::string_view why) {
  plugin::write(errand.op.error, why);
  finish(errand, status);
}

void Cluster::finish(Errand& errand, larder_status status) {
  errand.status = status;
  moveTo(done_, errand);
}

// Writes the results of what has finished. `called` receives the errands whose operations must still be
// completed by a call, which needs the mutex to be free. The result of an operation that `posting` has
// brought is returned by that call of post instead.
void Cluster::conclude(std::uint64_t posting, Errands& called) {
  for (auto at = done_.begin(); at != done_.end();) {
    const auto errand = at++;
    if (!errand->calls) conclude(*errand, posting);
    if (errand->calls) called.splice(called.end(), done_, errand);
  }
  done_.clear();
}

void Cluster::conclude(Errand& errand, std::uint64_t posting) {
  larder_op& op = *errand.original.op;
  const std::uint64_t bytes = plugin::bytesOf(op);  // before it holds a result
  larder_status status = deliver(errand, errand.status);
  if (errand.family) {
    Family& family = *errand.family;
    if (status == LARDER_OK) family.succeeded = true;
    if (status != LARDER_OK && family.failure == LARDER_OK) {
      family.failure = status;
      family.reason = errand.text;
      family.reasonSize = errand.op.error.size;
    }
    if (--family.left > 0) return;
    status = family.failure;
    // UNAVAILABLE and the like say that nothing was done.
    const bool halfDone = op.opcode == LARDER_OP_CLEAR_NAMESPACE && family.succeeded && status != LARDER_OK;
    if (halfDone && status != LARDER_DEADLINE && status != LARDER_CANCELLED) status = LARDER_UNKNOWN_RESULT;
    plugin::write(op.error, {family.reason.data(), family.reasonSize});
  }
  plugin::releaseDonation(op);
  counters_.count(op.opcode, status);
  limit_.leave(bytes);
  counters_.pending.fetch_sub(1, std::memory_order_relaxed);
  const Original& original = errand.original;
  const bool isInline = original.posting == posting;
  if (!isInline && original.waiter == nullptr) {
    errand.status = status;
    errand.calls = true;
    return;
  }
  if (unfinished_.fetch_sub(1) == 1 && closed_) becameIdle_.notify_all();
  if (original.waiter != nullptr)
    original.waiter->finish(*original.result, status);
  else
    *original.result = status;
}

void Cluster::runCompletions(const Errands& done) noexcept {
  if (done.empty()) return;
  for (const Errand& errand : done) errand.original.op->complete(errand.original.op, errand.status);
  if (unfinished_.fetch_sub(done.size()) != done.size() || !refuses_) return;
  const std::lock_guard lock(mutex_);
  becameIdle_.notify_all();
}

}  // namespace larder::redis
