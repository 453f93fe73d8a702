// SPDX-License-Identifier: Apache-2.0
#include "backend/pending_batch.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "backend/block_pool.hpp"

namespace larder {
namespace {

// The number of operations up to which submit's arrays fit on the stack.
constexpr std::size_t kFew = 16;
// The number of operations up to which delivered outcomes fit on the stack.
constexpr std::size_t kFewOutcomes = 4;

larder_bytes bytesOf(std::string_view text) { return {text.data(), text.size()}; }

// Copies `text` to `at`, advances `at` past the copy, and returns a view of the copy.
larder_bytes keep(char*& at, std::string_view text) {
  const larder_bytes kept{at, text.size()};
  at = std::copy(text.begin(), text.end(), at);
  return kept;
}

std::size_t bytesToKeep(std::span<const Operation> operations) {
  std::size_t total = 0;
  for (const auto& each : operations) {
    total += each.nameSpace.size() + each.key.size() + each.expected.size();
    if (each.donation == nullptr) total += each.value.size();
  }
  return total;
}

// Gives the plugin its own share of the value. The plugin releases it, however the operation ends.
void donate(larder_op& op, const std::shared_ptr<const std::string>& value) {
  auto share = std::make_unique<std::shared_ptr<const std::string>>(value);
  op.flags |= LARDER_DONATE;
  op.value = bytesOf(*value);
  op.donated = {value->data(), value->size(), share.release(),
                [](void* owner) { delete static_cast<std::shared_ptr<const std::string>*>(owner); }};
}

}  // namespace

// Fills each member separately: zeroing the whole struct first would double the cost of a look-up's way
// through the ABI.
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
  op.result_idle_ms = 0;
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

Outcome takeOutcome(const larder_op& op, larder_status status, Use lender) {
  Outcome outcome;
  outcome.status = fromAbi(status);
  if (op.result.data != nullptr) outcome.value = Value(op.result, std::move(lender));
  outcome.ttl = std::chrono::milliseconds(op.result_ttl_ms);
  outcome.version = op.version;
  outcome.number = op.result_number;
  outcome.idle = std::chrono::milliseconds(op.result_idle_ms);
  if (op.error.size == 0) return outcome;
  try {
    outcome.error.assign(op.error.data, std::min(op.error.size, op.error.capacity));
  } catch (const std::bad_alloc&) {  // the status says enough
  }
  return outcome;
}

// The host's reference to the batch, for the duration of its own work.
class PendingBatch::Owner {
 public:
  explicit Owner(PendingBatch& batch) : batch_(batch) {}
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() { batch_.release(); }
  PendingBatch* operator->() const { return &batch_; }

 private:
  PendingBatch& batch_;
};

PendingBatch::PendingBatch(const Route& route, std::size_t count, std::size_t block_size)
    : route_(route),
      count_(static_cast<std::uint32_t>(count)),
      blockSize_(static_cast<std::uint32_t>(block_size)),
      undecided_(count_),
      owners_(1) {}

PendingBatch& PendingBatch::make(const Route& route, std::span<const Operation> operations,
                                 Deadline deadline) {
  static_assert(sizeof(PendingBatch) % alignof(Slot) == 0, "the slots lie behind the batch");
  const std::size_t size = sizeof(PendingBatch) + operations.size() * sizeof(Slot);
  const Block block = takeBlock(size + bytesToKeep(operations));
  auto& batch = *::new (block.data) PendingBatch(route, operations.size(), block.size);
  char* bytes = static_cast<char*>(block.data) + size;
  std::size_t made = 0;
  try {
    for (const auto& operation : operations) {
      Slot& slot = *::new (static_cast<void*>(batch.slots() + made)) Slot;
      fillOp(slot.op, operation, deadline);
      ++made;
      slot.op.name_space = keep(bytes, operation.nameSpace);
      slot.op.key = keep(bytes, operation.key);
      if (operation.donation == nullptr) slot.op.value = keep(bytes, operation.value);
      slot.op.expected = keep(bytes, operation.expected);
      slot.op.error = {slot.error.data(), static_cast<std::uint32_t>(slot.error.size()), 0};
      slot.op.complete = onComplete;
      slot.op.user = &batch;
    }
  } catch (...) {
    for (std::size_t i = 0; i < made; ++i) Value(batch.slots()[i].op.donated);
    batch.release();
    throw;
  }
  return batch;
}

void PendingBatch::start(const Route& route, std::span<const Operation> operations, Deadline deadline,
                         const Use& use, Backend::Callback done) {
  const Owner batch(make(route, operations, deadline));
  if (operations.size() > kFewOutcomes) batch->outcomes_.resize(operations.size());
  batch->use_ = use;
  batch->done_ = std::move(done);
  batch->owners_.fetch_add(1, std::memory_order_relaxed);  // the timer's reference
  route.timers.arm(*batch.operator->(), deadline.monotonic());
  batch->submit();
}

void PendingBatch::perform(const Route& route, std::span<const Operation> operations,
                           std::span<Outcome> outcomes, Deadline deadline, std::chrono::nanoseconds grace,
                           const Use& use) {
  const Owner batch(make(route, operations, deadline));
  batch->submit();
  if (!batch->delivered_.signalled() &&
      !batch->delivered_.waitFor((deadline + grace).left(route.clock.monotonic()))) {
    batch->expire(true);
    batch->delivered_.wait();
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] = outcomeOf(batch->slots()[i], use);
}

void PendingBatch::submit() {
  if (count_ <= kFew) {
    std::array<larder_op*, kFew> ops;
    std::array<larder_status, kFew> results;
    return submit(ops.data(), results.data());
  }
  std::vector<larder_op*> ops(count_);
  std::vector<larder_status> results(count_);
  submit(ops.data(), results.data());
}

void PendingBatch::submit(larder_op** ops, larder_status* results) {
  for (std::size_t i = 0; i < count_; ++i) {
    ops[i] = &slots()[i].op;
    results[i] = LARDER_INTERNAL;
  }
  // One reference per operation that may stay pending; released below for those that do not.
  owners_.fetch_add(count_, std::memory_order_relaxed);
  route_.plugin.submit(route_.plugin.self, ops, count_, results);
  for (std::size_t i = 0; i < count_; ++i)
    if (results[i] != LARDER_PENDING) complete(slots()[i], results[i]);
}

void PendingBatch::onComplete(larder_op* op, larder_status status) noexcept {
  auto* batch = static_cast<PendingBatch*>(op->user);
  batch->complete(*reinterpret_cast<Slot*>(op), status);
}

void PendingBatch::complete(Slot& slot, larder_status status) {
  slot.status = status;
  auto open = Decision::open;
  if (slot.decision.compare_exchange_strong(open, Decision::completed, std::memory_order_acq_rel))
    decided(1);
  else
    Value(slot.op.result);  // too late: no caller will take the value, so release it
  release();
}

void PendingBatch::expire(bool tell_plugin) {
  std::uint32_t abandoned = 0;
  for (Slot& slot : all()) {
    auto open = Decision::open;
    if (!slot.decision.compare_exchange_strong(open, Decision::abandoned, std::memory_order_acq_rel))
      continue;
    ++abandoned;
    if (tell_plugin) route_.plugin.cancel(route_.plugin.self, &slot.op);
  }
  if (abandoned > 0) decided(abandoned);
}

void PendingBatch::fire() noexcept {
  expire(true);
  release();
}

// The backend is being destroyed. The plugin has completed all operations, unless it hangs or lost one.
void PendingBatch::drop() noexcept {
  expire(false);
  release();
}

void PendingBatch::decided(std::uint32_t count) {
  if (undecided_.fetch_sub(count, std::memory_order_acq_rel) == count) deliver();
}

void PendingBatch::deliver() {
  if (!done_) return delivered_.signal();  // the waiter may destroy the backend now
  if (route_.timers.cancel(*this)) owners_.fetch_sub(1, std::memory_order_relaxed);
  // Released here rather than with the batch, which a hung plugin may hold on to.
  const auto use = std::move(use_);
  auto done = std::move(done_);
  if (count_ == 1) return callDone<1>(done, use);
  if (count_ <= kFewOutcomes) return callDone<kFewOutcomes>(done, use);
  auto outcomes = std::move(outcomes_);
  callDone(done, use, outcomes);
}

template <std::size_t Room>
void PendingBatch::callDone(Backend::Callback& done, const Use& use) {
  std::array<Outcome, Room> outcomes;
  callDone(done, use, std::span(outcomes).first(count_));
}

void PendingBatch::callDone(Backend::Callback& done, const Use& use, std::span<Outcome> outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] = outcomeOf(slots()[i], use);
  try {
    done(outcomes);
  } catch (...) {
    route_.faults.logCaught("the callback of an operation");
  }
}

Outcome PendingBatch::outcomeOf(Slot& slot, const Use& lender) {
  if (slot.decision.load(std::memory_order_acquire) == Decision::completed)
    return takeOutcome(slot.op, slot.status, lender);
  Outcome late;
  late.status = Status::deadline;
  late.error = "the backend did not answer in time";
  return late;
}

void PendingBatch::release() {
  if (owners_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  const Block block{this, blockSize_};
  this->~PendingBatch();
  freeBlock(block);
}

}  // namespace larder
