// SPDX-License-Identifier: Apache-2.0
#include <larder/async/nanoseconds.hpp>
#include <larder/async/pending_operations.hpp>

#include <algorithm>
#include <utility>

namespace larder::plugin {
namespace {

// A small table stays in the processor's cache. Its lists are short even when as many operations are pending
// as the limit allows, which is rare.
std::size_t bucketsFor(std::size_t operations) {
  constexpr std::size_t perBucket = 4;
  constexpr std::size_t most = std::size_t{1} << 16;
  std::size_t buckets = 64;
  while (buckets * perBucket < operations && buckets < most) buckets *= 2;
  return buckets;
}

// Deadlines are times of the host, and may be the last ones that the type can hold.
TimerWheel::Time timeOf(std::uint64_t ns) {
  constexpr std::uint64_t latest = std::numeric_limits<std::int64_t>::max();
  return TimerWheel::Time(static_cast<std::int64_t>(std::min(ns, latest)));
}

}  // namespace

bool changesTheStore(const larder_op& op) {
  switch (op.opcode) {
    case LARDER_OP_SET:
    case LARDER_OP_DELETE:
    case LARDER_OP_TOUCH:
    case LARDER_OP_CLEAR_NAMESPACE:
    case LARDER_OP_INCREMENT:
    case LARDER_OP_COMPARE_SET:
    case LARDER_OP_LOCK:
    case LARDER_OP_UNLOCK: return true;
    default: return false;
  }
}

PendingOperations::PendingOperations(Inbox& inbox, OperationCounters& counters, std::size_t operations,
                                     std::chrono::nanoseconds longest, std::uint64_t nowNs)
    : inbox_(inbox),
      counters_(counters),
      longestNs_(nanoseconds(longest)),
      deadlines_(timeOf(nowNs)),
      buckets_(bucketsFor(operations), nullptr) {}

std::size_t PendingOperations::bucketOf(const larder_op* op) const noexcept {
  // The golden ratio spreads addresses, whose low bits are equal, over the high bits of the product.
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15U;
  const std::uint64_t hash = reinterpret_cast<std::uintptr_t>(op) * golden >> 32U;
  return static_cast<std::size_t>(hash) & (buckets_.size() - 1);
}

void PendingOperations::begin(PendingOperation& pending, const Arrival& arrival,
                              std::uint64_t nowNs) noexcept {
  pending.op = arrival.op;
  pending.waiter_ = arrival.waiter;
  pending.result_ = arrival.result;
  pending.bytes_ = bytesOf(*arrival.op);
  PendingOperation*& bucket = buckets_[bucketOf(arrival.op)];
  pending.next_ = std::exchange(bucket, &pending);
  const std::uint64_t deadline = arrival.op->deadline_ns;
  deadlines_.arm(pending, timeOf(deadline != 0 ? deadline : nowNs + longestNs_));
}

void PendingOperations::refuse(const Arrival& arrival, larder_status status, std::string_view why) noexcept {
  inbox_.freePlace(bytesOf(*arrival.op));
  write(arrival.op->error, why);
  deliver(arrival.op, arrival.waiter, arrival.result, status);
}

PendingOperation* PendingOperations::find(const larder_op* op) const noexcept {
  PendingOperation* pending = buckets_[bucketOf(op)];
  while (pending != nullptr && pending->op != op) pending = pending->next_;
  return pending;
}

void PendingOperations::cancel(const larder_op* op) noexcept {
  if (PendingOperation* const pending = find(op)) complete(*pending, LARDER_CANCELLED, "cancelled");
}

void PendingOperations::complete(PendingOperation& pending, larder_status status,
                                 std::string_view why) noexcept {
  write(pending.op->error, why);
  complete(pending, status);
}

void PendingOperations::complete(PendingOperation& pending, larder_status status) noexcept {
  forget(pending);
  deliver(std::exchange(pending.op, nullptr), pending.waiter_, pending.result_, status);
}

void PendingOperations::forget(PendingOperation& pending) noexcept {
  deadlines_.cancel(pending);
  PendingOperation** link = &buckets_[bucketOf(pending.op)];
  while (*link != &pending) link = &(*link)->next_;
  *link = pending.next_;
}

void PendingOperations::deliver(larder_op* op, Waiter* waiter, larder_status* result,
                                larder_status status) noexcept {
  releaseDonation(*op);
  counters_.count(op->opcode, status);
  counters_.pending.fetch_sub(1);
  if (waiter != nullptr)
    waiter->finish(*result, status);
  else
    op->complete(op, status);
}

std::uint64_t PendingOperations::wakeNs() const noexcept {
  const auto next = deadlines_.next();
  return next ? static_cast<std::uint64_t>(next->count()) : never;
}

}  // namespace larder::plugin
