// SPDX-License-Identifier: Apache-2.0
#include "async_reference.hpp"
#include "faults.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

// cancel() completes an operation that also completes otherwise.
class CancelCompletesAgain final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void cancel(larder_op& op) noexcept override { AsyncReference::complete(op, LARDER_CANCELLED); }
};

// Returns OK from submit and calls complete as well.
class CompletesBothWays final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    AsyncReference::submit(ops, count, results);
    for (std::uint32_t i = 0; i < count; ++i)
      if (results[i] == LARDER_PENDING && ops[i]->opcode == LARDER_OP_SET) results[i] = LARDER_OK;
  }
};

// Completes each operation twice.
class CompletesTwice final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void complete(larder_op& op, larder_status status) noexcept override {
    const auto callback = op.complete;
    callback(&op, status);
    callback(&op, status);
  }
};

// Holds its lock while completing: a submission from the callback waits forever.
class CompletesUnderItsLock final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void complete(larder_op& op, larder_status status) noexcept override {
    const std::lock_guard lock(queueMutex());
    AsyncReference::complete(op, status);
  }
};

// Answers PENDING, but never completes every hundredth operation.
class NeverCompletes final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void complete(larder_op& op, larder_status status) noexcept override {
    if (++completed_ % 100 != 0) AsyncReference::complete(op, status);
  }

 private:
  int completed_ = 0;  // used only by the worker
};

// Answers PENDING although the host passed no callback.
class PendingWithoutCallback final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    AsyncReference::submit(ops, count, results);
    for (std::uint32_t i = 0; i < count; ++i)
      if (ops[i]->complete == nullptr) results[i] = LARDER_PENDING;
  }
};

// Delays operations submitted from a callback by 5 ms.
class ResubmissionWaits final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    if (completes_) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    AsyncReference::submit(ops, count, results);
  }
  void complete(larder_op& op, larder_status status) noexcept override {
    completes_ = true;
    AsyncReference::complete(op, status);
    completes_ = false;
  }

 private:
  static inline thread_local bool completes_ = false;
};

// Answers DEADLINE after it has written.
class DeadlineAfterTheWrite final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const bool late = isLate(op);
    op.deadline_ns = 0;
    const larder_status status = Reference::answer(op);
    return late ? LARDER_DEADLINE : status;
  }
};

// Ignores deadlines.
class DeadlineIgnored final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.deadline_ns = 0;
    return Reference::answer(op);
  }
};

// Checks the deadline only once it has the answer, a second later.
class DeadlineKeptLate final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  larder_status answer(larder_op& op) noexcept override {
    if (op.opcode == LARDER_OP_DELETE && !isLate(op)) std::this_thread::sleep_for(std::chrono::seconds(1));
    return AsyncReference::answer(op);
  }
};

// Treats an operation without a deadline as late.
class DeadlineOfNoneIsPast final : public Reference {
 public:
  using Reference::Reference;

  bool isLate(const larder_op& op) const override { return host_.monotonicNs() >= op.deadline_ns; }
};

// Takes the reply to a late GET for the reply to the next one.
class LateReplyForTheNext final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  larder_status get(larder_op& op) override {
    if (const Bytes reply = std::move(unreadReply_)) {
      op.result = lend(reply);
      op.version = 1;
      return LARDER_OK;
    }
    return AsyncReference::get(op);
  }
  larder_status answer(larder_op& op) noexcept override {
    if (op.opcode == LARDER_OP_GET && isLate(op)) {
      const std::lock_guard lock(mutex_);
      if (const Entry* entry = find(op)) unreadReply_ = entry->value;
    }
    return AsyncReference::answer(op);
  }

 private:
  Bytes unreadReply_;  // used only by the worker
};

// Declares BLOCKING_DEADLINE, but a blocking DELETE takes half a second.
class SaysBlockingIsInTimeAndWaits final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override {
    return Reference::capabilities() | LARDER_CAP_BLOCKING_DEADLINE;
  }

  larder_status answer(larder_op& op) noexcept override {
    if (op.opcode == LARDER_OP_DELETE && op.complete == nullptr)
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    return Reference::answer(op);
  }
};

}  // namespace

void completionFaults(Faults& faults) {
  faults.push_back(brokenClass<CancelCompletesAgain>("cancel_completes_again"));
  faults.push_back(brokenClass<CompletesBothWays>("completes_both_ways"));
  faults.push_back(brokenClass<CompletesTwice>("completes_twice"));
  faults.push_back(brokenClass<CompletesUnderItsLock>("completes_under_its_lock"));
  faults.push_back(brokenClass<NeverCompletes>("never_completes"));
  faults.push_back(brokenClass<PendingWithoutCallback>("pending_without_callback"));
  faults.push_back(brokenClass<ResubmissionWaits>("resubmission_waits"));
  faults.push_back(brokenClass<DeadlineAfterTheWrite>("deadline_after_the_write"));
  faults.push_back(brokenClass<DeadlineIgnored>("deadline_ignored"));
  faults.push_back(brokenClass<DeadlineKeptLate>("deadline_kept_late"));
  faults.push_back(brokenClass<DeadlineOfNoneIsPast>("deadline_of_none_is_past"));
  faults.push_back(brokenClass<LateReplyForTheNext>("late_reply_for_the_next"));
  faults.push_back(brokenClass<SaysBlockingIsInTimeAndWaits>("says_blocking_is_in_time_and_waits"));
}

}  // namespace larder::broken
