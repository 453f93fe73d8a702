// SPDX-License-Identifier: Apache-2.0
//
// The parts of an asynchronous plugin that need no server: the bounded inbox, and completing each operation
// once. The test sets the time.
#include <larder/async/inbox.hpp>
#include <larder/async/nanoseconds.hpp>
#include <larder/async/pending_operations.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace larder::plugin {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t start = 1'000'000'000'000;

/// An operation of a host, and its result.
struct CountedOperation {
  larder_op op{};
  std::vector<larder_status> completions;
  std::array<char, 100> error{};

  explicit CountedOperation(std::uint64_t deadlineNs = 0) {
    op.struct_size = sizeof op;
    op.opcode = LARDER_OP_GET;
    op.deadline_ns = deadlineNs;
    op.error = {error.data(), static_cast<std::uint32_t>(error.size()), 0};
    op.user = this;
    op.complete = [](larder_op* completed, larder_status status) {
      static_cast<CountedOperation*>(completed->user)->completions.push_back(status);
    };
  }
};

class AsyncOperations : public ::testing::Test {
 protected:
  static constexpr std::size_t limit = 4;

  // Does what a channel does.
  void begin(CountedOperation& operation, std::uint64_t now = start) {
    ASSERT_EQ(inbox.admit(operation.op), LARDER_PENDING);
    kept.push_back(std::make_unique<PendingOperation>());
    pending.begin(*kept.back(), {&operation.op, nullptr, nullptr, false}, now);
  }

  void expire(std::uint64_t now) {
    pending.expire(now, [](const PendingOperation&) { return "late"; });
  }

  // Admits the operations of a batch one by one and hands all of them over.
  larder_status post(CountedOperation& operation) {
    larder_op* const op = &operation.op;
    larder_status result = inbox.admit(*op);
    Waiter nobody;
    inbox.post(&op, 1, &result, nobody);
    return result;
  }

  OperationCounters counters;
  Inbox inbox{limit, 1'000, counters};
  PendingOperations pending{inbox, counters, limit, 3s, start};
  std::vector<std::unique_ptr<PendingOperation>> kept;
};

using Statuses = std::vector<larder_status>;

TEST_F(AsyncOperations, EndAtTheirDeadlineAndNotEarlier) {
  const std::uint64_t deadline = start + nanoseconds(250ms);
  CountedOperation operation(deadline);
  begin(operation);

  expire(deadline - nanoseconds(1ms));
  EXPECT_EQ(operation.completions, Statuses{});

  expire(deadline + nanoseconds(2ms));
  EXPECT_EQ(operation.completions, Statuses{LARDER_DEADLINE});
  EXPECT_EQ(std::string_view(operation.error.data(), operation.op.error.size), "late");
}

TEST_F(AsyncOperations, WithoutADeadlineEndAfterTheMaximumTime) {
  CountedOperation operation;
  begin(operation);

  expire(start + nanoseconds(2900ms));
  EXPECT_EQ(operation.completions, Statuses{});

  expire(start + nanoseconds(3010ms));
  EXPECT_EQ(operation.completions, Statuses{LARDER_DEADLINE});
}

TEST_F(AsyncOperations, ReportWhenTheNextOneIsDue) {
  EXPECT_EQ(pending.wakeNs(), PendingOperations::never);

  const std::uint64_t deadline = start + nanoseconds(20ms);
  CountedOperation operation(deadline);
  begin(operation);

  EXPECT_GE(pending.wakeNs(), start);
  EXPECT_LE(pending.wakeNs(), deadline + nanoseconds(2ms));
}

TEST_F(AsyncOperations, ThatAreCancelledEndOnceAndLeaveTheOthers) {
  CountedOperation cancelled(start + nanoseconds(10ms));
  CountedOperation other;
  begin(cancelled);
  begin(other);

  pending.cancel(&cancelled.op);
  pending.cancel(&cancelled.op);
  expire(start + nanoseconds(1s));

  EXPECT_EQ(cancelled.completions, Statuses{LARDER_CANCELLED});
  EXPECT_EQ(other.completions, Statuses{});
}

TEST_F(AsyncOperations, ThatHaveCompletedAreNotFound) {
  CountedOperation operation;
  begin(operation);
  ASSERT_EQ(pending.find(&operation.op), kept.front().get());

  pending.complete(*kept.front(), LARDER_MISS);

  EXPECT_EQ(pending.find(&operation.op), nullptr);
  EXPECT_EQ(kept.front()->op, nullptr);
  EXPECT_EQ(operation.completions, Statuses{LARDER_MISS});
  EXPECT_EQ(counters.misses.load(), 1U);
  EXPECT_EQ(counters.pending.load(), 0U);
}

TEST_F(AsyncOperations, AreReusedByTheirHostFromWithinTheCompletion) {
  CountedOperation operation;
  operation.op.complete = [](larder_op* op, larder_status status) {
    static_cast<CountedOperation*>(op->user)->completions.push_back(status);
    op->deadline_ns = 0;  // the host reuses the operation
  };
  begin(operation);
  pending.complete(*kept.front(), LARDER_MISS);
  begin(operation);

  EXPECT_EQ(pending.find(&operation.op), kept.back().get());
}

TEST_F(AsyncOperations, ReleaseTheDonatedValueOnce) {
  int released = 0;
  CountedOperation operation;
  operation.op.opcode = LARDER_OP_SET;
  operation.op.flags = LARDER_DONATE;
  operation.op.donated = {nullptr, 0, &released, [](void* count) { ++*static_cast<int*>(count); }};
  begin(operation);

  pending.complete(*kept.front(), LARDER_OK);

  EXPECT_EQ(released, 1);
}

TEST_F(AsyncOperations, BeyondTheLimitAreOverloadedUntilASlotIsFree) {
  std::array<CountedOperation, limit> operations;
  for (CountedOperation& operation : operations) begin(operation);
  CountedOperation another;

  EXPECT_EQ(inbox.admit(another.op), LARDER_OVERLOADED);

  pending.complete(*kept.front(), LARDER_OK);
  EXPECT_EQ(inbox.admit(another.op), LARDER_OVERLOADED) << "the reply is still outstanding";
  pending.freePlace(*kept.front());
  EXPECT_EQ(inbox.admit(another.op), LARDER_PENDING);
}

TEST_F(AsyncOperations, BeyondTheLimitOfBytesAreOverloaded) {
  const std::string most(1'000, 'x');
  CountedOperation large;
  large.op.opcode = LARDER_OP_SET;
  large.op.value = bytes(most);
  CountedOperation small;
  small.op.key = bytes("k");
  ASSERT_EQ(inbox.admit(large.op), LARDER_PENDING);

  EXPECT_EQ(inbox.admit(small.op), LARDER_OVERLOADED);

  inbox.freePlace(bytesOf(large.op));
  EXPECT_EQ(inbox.admit(small.op), LARDER_PENDING);
}

TEST_F(AsyncOperations, AreAdmittedAloneWhateverTheirSize) {
  const std::string huge(5'000, 'x');
  CountedOperation operation;
  operation.op.opcode = LARDER_OP_SET;
  operation.op.value = bytes(huge);

  EXPECT_EQ(inbox.admit(operation.op), LARDER_PENDING);
}

TEST_F(AsyncOperations, AreHandedOverInOrderWithTheirCancels) {
  CountedOperation first;
  CountedOperation second;
  post(first);
  inbox.cancel(first.op);
  post(second);

  const auto batch = inbox.take();

  ASSERT_EQ(batch.arrivals.size(), 3U);
  EXPECT_EQ(batch.arrivals[0].op, &first.op);
  EXPECT_TRUE(batch.arrivals[1].cancel);
  EXPECT_EQ(batch.arrivals[2].op, &second.op);
  EXPECT_TRUE(inbox.take().arrivals.empty());
}

TEST_F(AsyncOperations, LetTheDriverSleepOnlyIfNoneHasArrived) {
  EXPECT_TRUE(inbox.mayRest());

  CountedOperation operation;
  post(operation);

  EXPECT_FALSE(inbox.mayRest());
  inbox.take();
  EXPECT_TRUE(inbox.mayRest());
}

TEST_F(AsyncOperations, AreClosedOnceTheInboxIs) {
  inbox.close();
  CountedOperation operation;

  EXPECT_EQ(inbox.admit(operation.op), LARDER_CLOSED);
}

TEST_F(AsyncOperations, OfAWaitingCallerEndWithItsResult) {
  Waiter waiter;
  waiter.expect();
  CountedOperation operation;
  operation.op.complete = nullptr;
  larder_status result = inbox.admit(operation.op);
  kept.push_back(std::make_unique<PendingOperation>());
  pending.begin(*kept.back(), {&operation.op, &result, &waiter, false}, start);
  ASSERT_FALSE(waiter.isDone());

  pending.complete(*kept.back(), LARDER_MISS);

  EXPECT_TRUE(waiter.isDone());
  EXPECT_EQ(result, LARDER_MISS);
}

}  // namespace
}  // namespace larder::plugin
