// SPDX-License-Identifier: Apache-2.0
#include "backend/pending_batch.hpp"

#include <pthread.h>

#include <cstring>

namespace larder {
namespace {

// How often the watch looks: what an operation of a plugin that ignores deadlines may take longer than asked.
constexpr std::chrono::milliseconds kTick{10};
// Looks without work before the watch parks itself, so that steady traffic need not wake it each time.
constexpr int kIdleTicks = 100;

larder_bytes bytesOf(std::string_view text) { return {text.data(), text.size()}; }

// Copies `text` to the end of `into`, which has the room, and answers where it is now.
larder_bytes keep(std::string& into, std::string_view text) {
  const auto at = into.size();
  into.append(text);
  return {into.data() + at, text.size()};
}

// The plugin's own share of the value, given back by it, whatever becomes of the operation.
void donate(larder_op& op, const std::shared_ptr<const std::string>& value) {
  auto share = std::make_unique<std::shared_ptr<const std::string>>(value);
  op.flags |= LARDER_DONATE;
  op.value = bytesOf(*value);
  op.donated = {value->data(), value->size(), share.release(),
                [](void* owner) { delete static_cast<std::shared_ptr<const std::string>*>(owner); }};
}

}  // namespace

// Member by member: zeroing the whole struct first would cost as much again as a look-up's way through the
// ABI.
void fillOp(larder_op& op, const Operation& operation, Deadline deadline) {
  op.struct_size = sizeof op;
  op.reserved = 0;
  op.donated = {};
  op.result = {};
  op.result_ttl_ms = 0;
  op.version = 0;
  op.error = {};
  op.complete = nullptr;
  op.user = nullptr;
  op.result_number = 0;
  op.opcode = static_cast<std::uint32_t>(operation.code);
  op.flags = static_cast<std::uint32_t>(operation.flags);
  op.name_space = bytesOf(operation.nameSpace);
  op.key = bytesOf(operation.key);
  op.value = bytesOf(operation.value);
  if (operation.donation != nullptr) donate(op, operation.donation);
  op.ttl_ms = operation.ttl.count();
  op.expected_version = operation.expectedVersion;
  op.number = operation.number;
  op.expected = bytesOf(operation.expected);
  op.deadline_ns = static_cast<std::uint64_t>(deadline.monotonic().count());
}

Outcome takeOutcome(const larder_op& op, larder_status status, const Use& lender) {
  Outcome outcome;
  outcome.status = fromAbi(status);
  if (op.result.data != nullptr) outcome.value = Value(op.result, lender);
  outcome.ttl = std::chrono::milliseconds(op.result_ttl_ms);
  outcome.version = op.version;
  outcome.number = op.result_number;
  if (op.error.size > 0) outcome.error.assign(op.error.data, std::min(op.error.size, op.error.capacity));
  return outcome;
}

PendingBatch::Owner PendingBatch::make(std::span<const Operation> operations, Deadline deadline,
                                       const Use& use, Backend::Callback done) {
  return Owner(new PendingBatch(operations, deadline, use, std::move(done)));
}

PendingBatch::PendingBatch(std::span<const Operation> operations, Deadline deadline, Use use,
                           Backend::Callback done)
    : deadline_(deadline),
      use_(std::move(use)),
      done_(std::move(done)),
      slots_(operations.size()),
      undecided_(operations.size()) {
  std::size_t total = 0;
  for (const auto& operation : operations)
    total += operation.nameSpace.size() + operation.key.size() + operation.value.size() +
             operation.expected.size();
  bytes_.reserve(total);  // so that keep() never moves what an operation already points to

  for (std::size_t i = 0; i < operations.size(); ++i) {
    Slot& slot = slots_[i];
    fillOp(slot.op, operations[i], deadline);
    slot.op.name_space = keep(bytes_, operations[i].nameSpace);
    slot.op.key = keep(bytes_, operations[i].key);
    if (operations[i].donation == nullptr) slot.op.value = keep(bytes_, operations[i].value);
    slot.op.expected = keep(bytes_, operations[i].expected);
    slot.op.error = {slot.error.data(), static_cast<std::uint32_t>(slot.error.size()), 0};
    slot.op.complete = onComplete;
    slot.op.user = this;
  }
}

void PendingBatch::submit(const larder_backend& plugin) {
  std::vector<larder_op*> ops;
  ops.reserve(slots_.size());
  for (Slot& slot : slots_) ops.push_back(&slot.op);
  std::vector<larder_status> results(ops.size(), LARDER_INTERNAL);

  // One for each operation that may stay pending; given back below for those that do not.
  owners_.fetch_add(slots_.size(), std::memory_order_relaxed);
  plugin.submit(plugin.self, ops.data(), static_cast<std::uint32_t>(ops.size()), results.data());
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i] != LARDER_PENDING) complete(slots_[i], results[i]);
}

void PendingBatch::onComplete(larder_op* op, larder_status status) noexcept {
  auto* batch = static_cast<PendingBatch*>(op->user);
  batch->complete(*reinterpret_cast<Slot*>(op), status);
}

void PendingBatch::complete(Slot& slot, larder_status status) {
  slot.status = status;
  auto open = Decision::open;
  if (slot.decision.compare_exchange_strong(open, Decision::completed, std::memory_order_acq_rel))
    decided();
  else
    Value(slot.op.result);  // too late: nobody will take it, so give it back
  release();
}

void PendingBatch::expire(const larder_backend& plugin) {
  std::size_t abandoned = 0;
  for (Slot& slot : slots_) {
    auto open = Decision::open;
    if (!slot.decision.compare_exchange_strong(open, Decision::abandoned, std::memory_order_acq_rel))
      continue;
    ++abandoned;
    plugin.cancel(plugin.self, &slot.op);
  }
  for (; abandoned > 0; --abandoned) decided();
}

void PendingBatch::decided() {
  if (undecided_.fetch_sub(1, std::memory_order_acq_rel) == 1) deliver();
}

void PendingBatch::deliver() {
  if (watch_ != nullptr) watch_->remove(*this);
  handOver();
  delivered_.release();  // the last that is done here: whoever waits may destroy the backend
}

void PendingBatch::handOver() {
  std::vector<Outcome> outcomes;
  outcomes.reserve(slots_.size());
  for (const Slot& slot : slots_) {
    if (slot.decision.load(std::memory_order_acquire) == Decision::completed) {
      outcomes.push_back(takeOutcome(slot.op, slot.status, use_));
      continue;
    }
    Outcome late;
    late.status = Status::deadline;
    late.error = "the backend did not answer in time";
    outcomes.push_back(std::move(late));
  }
  // These go now, not when a plugin that hangs lets go of the batch.
  const auto use = std::move(use_);
  const auto done = std::move(done_);
  done(outcomes);
}

void PendingBatch::release() {
  if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

DeadlineWatch::DeadlineWatch(const larder_backend& plugin, const Clock& clock)
    : plugin_(plugin), clock_(clock), thread_([this] { run(); }) {
  ::pthread_setname_np(thread_.native_handle(), "larder-deadline");
}

DeadlineWatch::~DeadlineWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void DeadlineWatch::add(const PendingBatch::Owner& batch) {
  const std::lock_guard lock(mutex_);
  batch->watch_ = this;
  batch->place_ = batches_.insert(batches_.end(), batch);
  if (parked_) wake_.notify_one();
}

void DeadlineWatch::remove(PendingBatch& batch) {
  PendingBatch::Owner removed;  // dropped after the lock
  const std::lock_guard lock(mutex_);
  if (batch.place_ == batches_.end()) return;
  removed = *batch.place_;
  batches_.erase(batch.place_);
  batch.place_ = batches_.end();
}

std::vector<PendingBatch::Owner> DeadlineWatch::takeExpired() {
  const auto now = clock_.monotonic();
  std::vector<PendingBatch::Owner> expired;
  for (auto place = batches_.begin(); place != batches_.end();) {
    if ((*place)->deadline().monotonic() > now) {
      ++place;
      continue;
    }
    expired.push_back(*place);
    expired.back()->place_ = batches_.end();
    place = batches_.erase(place);
  }
  return expired;
}

void DeadlineWatch::run() {
  std::unique_lock lock(mutex_);
  int idle = 0;
  while (!stopping_) {
    if (batches_.empty() && ++idle > kIdleTicks) {
      parked_ = true;
      wake_.wait(lock, [this] { return stopping_ || !batches_.empty(); });
      parked_ = false;
    }
    if (!batches_.empty()) idle = 0;
    wake_.wait_for(lock, kTick, [this] { return stopping_; });

    const auto expired = takeExpired();
    lock.unlock();
    for (const auto& batch : expired) batch->expire(plugin_);
    lock.lock();
  }
}

}  // namespace larder
