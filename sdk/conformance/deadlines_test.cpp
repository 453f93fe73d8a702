// SPDX-License-Identifier: Apache-2.0
//
// The plugin's own handling of deadlines. The SDK would stop waiting even without it.
#include "fixture.hpp"
#include "raw_backend.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace larder::conformance {
namespace {

class Deadlines : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    raw_ = std::make_unique<RawBackend>(*subject().library, subject().settings);
  }
  const RawBackend& raw() { return *raw_; }

  static std::uint64_t fromNow(std::chrono::nanoseconds time) {
    return monotonicNs() + static_cast<std::uint64_t>(time.count());
  }

  std::unique_ptr<RawBackend> raw_;
};

TEST_F(Deadlines, OfZeroMeanNoDeadline) {
  RawOp write(LARDER_OP_SET, space_, "k", "value");
  write.op().deadline_ns = 0;

  EXPECT_EQ(write.perform(raw()), LARDER_OK);
}

TEST_F(Deadlines, AreMetWithinFiftyMilliseconds) {
  for (const auto opcode : {LARDER_OP_SET, LARDER_OP_GET, LARDER_OP_DELETE, LARDER_OP_PING}) {
    RawOp op(opcode, space_, "k", "value");
    op.op().deadline_ns = fromNow(20ms);
    const auto begin = std::chrono::steady_clock::now();

    op.perform(raw());

    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20ms + tolerance(50ms)) << "opcode " << opcode;
  }
}

TEST_F(Deadlines, OfBlockingSubmitsAreMetIfDeclared) {
  LARDER_NEEDS(LARDER_CAP_BLOCKING_DEADLINE);
  for (const auto opcode : {LARDER_OP_SET, LARDER_OP_GET, LARDER_OP_DELETE, LARDER_OP_PING}) {
    RawOp op(opcode, space_, "k", "value");
    op.op().complete = nullptr;
    op.op().deadline_ns = fromNow(20ms);
    const auto begin = std::chrono::steady_clock::now();

    const auto status = raw().submit(op.op());

    EXPECT_NE(status, LARDER_PENDING) << "opcode " << opcode;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 20ms + tolerance(50ms)) << "opcode " << opcode;
  }
}

// In a careless protocol implementation, an unread reply is taken for the reply to the next operation.
TEST_F(Deadlines, ThatExpireLeaveNoReplyForTheNextOperation) {
  for (const auto* key : {"a", "b"})
    ASSERT_EQ(RawOp(LARDER_OP_SET, space_, key, key).perform(raw()), LARDER_OK);

  for (int round = 0; round < 20; ++round) {
    RawOp late(LARDER_OP_GET, space_, "a");
    late.op().deadline_ns = round % 2 == 0 ? fromNow(10us) : monotonicNs() - 1;
    late.perform(raw());
    RawOp next(LARDER_OP_GET, space_, "b");
    ASSERT_EQ(next.perform(raw()), LARDER_OK);
    ASSERT_EQ(next.value(), "b") << "round " << round;
  }
}

TEST_F(Deadlines, OfADrainAreMet) {
  ASSERT_EQ(RawOp(LARDER_OP_SET, space_, "k", "value").perform(raw()), LARDER_OK);
  const auto begin = std::chrono::steady_clock::now();

  raw().drain(100ms);

  EXPECT_LT(std::chrono::steady_clock::now() - begin, 100ms + tolerance(50ms));
}

}  // namespace
}  // namespace larder::conformance
