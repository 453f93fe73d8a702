// SPDX-License-Identifier: Apache-2.0
#include "pending_op.hpp"

#include "entry_header.hpp"
#include "expiry.hpp"
#include "task.hpp"

#include <larder/plugin.hpp>

#include <new>
#include <utility>

namespace larder::memcached {

namespace {

// Returns the bytes of an operation that become part of the stored entry.
std::string_view storedValue(const larder_op& op) {
  switch (op.opcode) {
    case LARDER_OP_SET:
    case LARDER_OP_COMPARE_SET:
    case LARDER_OP_LOCK:
    case LARDER_OP_UNLOCK: return plugin::view(op.value);
    default: return {};
  }
}

std::string_view expectedOf(const larder_op& op) {
  return op.opcode == LARDER_OP_COMPARE_SET ? plugin::view(op.expected) : std::string_view();
}

}  // namespace

Answer failed(larder_status status, std::string_view why) noexcept {
  Answer answer{status};
  try {
    answer.error = why;
  } catch (const std::bad_alloc&) {
    answer.error.clear();
  }
  return answer;
}

PendingOp::PendingOp(larder_op& op, Context context, Destination destination, std::uint64_t version,
                     std::int64_t nowRealtimeMs, std::uint64_t limitNs, std::uint64_t route)
    : op_(&op),
      context_(context),
      destination_(destination),
      opcode_(op.opcode),
      flags_(op.flags),
      ttlMs_(op.ttl_ms),
      expectedVersion_(op.expected_version),
      version_(version),
      expiresMs_(expiresAt(op.ttl_ms, nowRealtimeMs)),
      limitNs_(limitNs),
      hasDeadline_(op.deadline_ns != 0),
      route_(route),
      spaceSize_(op.name_space.size),
      keySize_(op.key.size),
      bytes_(bytesOf(op)),
      number_(op.opcode == LARDER_OP_INCREMENT ? op.number : 0),
      expected_(expectedOf(op)),
      entry_(encode(
          {version, expiresMs_, 0, plugin::view(op.name_space), plugin::view(op.key), storedValue(op)})) {}

std::uint64_t PendingOp::bytesOf(const larder_op& op) {
  return kHeaderSize + op.name_space.size + op.key.size + storedValue(op).size() + expectedOf(op).size();
}

bool PendingOp::isRead() const {
  return opcode_ == LARDER_OP_GET || opcode_ == LARDER_OP_EXISTS || opcode_ == LARDER_OP_TTL;
}

Task PendingOp::task() const {
  Task task;
  task.opcode = opcode_;
  task.onlyIfAbsent = has(LARDER_IF_ABSENT);
  task.nameSpace = nameSpace();
  task.key = key();
  task.value = value();
  task.version = version_;
  task.expiresMs = expiresMs_;
  return task;
}

std::string_view PendingOp::nameSpace() const {
  return std::string_view(entry_).substr(kHeaderSize, spaceSize_);
}

std::string_view PendingOp::key() const {
  return std::string_view(entry_).substr(kHeaderSize + spaceSize_, keySize_);
}

std::string_view PendingOp::value() const {
  return std::string_view(entry_).substr(kHeaderSize + spaceSize_ + keySize_);
}

bool PendingOp::begin() {
  if (isDone()) return false;
  begun_.store(true, std::memory_order_relaxed);
  return true;
}

void PendingOp::answer(Answer&& answer) {
  std::unique_lock lock(merging_);
  if (partsLeft_ == 0) return;
  if (answer.status >= 0 || answer.status == LARDER_UNKNOWN_RESULT) somePartHappened_ = true;
  if (merged_.status >= 0) merged_ = std::move(answer);
  if (--partsLeft_ > 0) return;

  Answer whole = takeMerged();
  lock.unlock();
  complete(std::move(whole));
}

// A write that another server has carried out must not be reported as "nothing was sent".
Answer PendingOp::takeMerged() {
  if (opcode_ == LARDER_OP_PING && somePartHappened_) return {LARDER_OK};
  const bool written = !isRead() && opcode_ != LARDER_OP_PING && somePartHappened_;
  if (written && merged_.status == LARDER_UNAVAILABLE) merged_.status = LARDER_UNKNOWN_RESULT;
  return std::move(merged_);
}

void PendingOp::lapse() {
  if (opcode_ == LARDER_OP_PING) {
    std::unique_lock lock(merging_);
    const bool answered = somePartHappened_;
    lock.unlock();
    if (answered) return complete({LARDER_OK});
  }
  if (hasDeadline_) return complete(failed(LARDER_DEADLINE, "the deadline passed"));
  const bool mayHaveHappened =
      begun_.load(std::memory_order_relaxed) && !isRead() && opcode_ != LARDER_OP_PING;
  complete(failed(mayHaveHappened ? LARDER_UNKNOWN_RESULT : LARDER_UNAVAILABLE,
                  "memcached did not answer in time"));
}

void PendingOp::complete(Answer&& answer) noexcept {
  if (done_.exchange(true, std::memory_order_acq_rel)) return;
  deliver(answer);
}

void PendingOp::deliver(Answer& answer) noexcept {
  fill(*op_, answer);
  context_.counters.count(opcode_, answer.status);

  // After this the host may free the operation, so the code below uses it only to deliver the completion.
  PendingGate& gate = context_.gate;
  gate.leave(bytes_);
  if (op_->complete != nullptr) {
    op_->complete(op_, answer.status);
  } else {
    destination_.waiter->finish(*destination_.result, answer.status);
  }
  gate.finish();
}

void fill(larder_op& op, Answer& answer) noexcept {
  if (answer.status < 0) plugin::write(op.error, answer.error);
  if (answer.status != LARDER_OK) return;
  if (op.opcode == LARDER_OP_TTL || op.opcode == LARDER_OP_GET) op.result_ttl_ms = answer.ttlMs;
  if (op.opcode == LARDER_OP_INCREMENT) op.result_number = answer.number;
  const bool tellsVersion = op.opcode == LARDER_OP_GET || op.opcode == LARDER_OP_SET ||
                            op.opcode == LARDER_OP_INCREMENT || op.opcode == LARDER_OP_COMPARE_SET;
  if (tellsVersion) op.version = answer.version;
  if (op.opcode != LARDER_OP_GET) return;
  op.result = {answer.value.data(), answer.value.size(), answer.bytes.release(),
               [](void* owner) { std::free(owner); }};
}

}  // namespace larder::memcached
