// SPDX-License-Identifier: Apache-2.0
//
// The rules of abi.h for submit and complete, checked without the SDK in between.
#include "eventually.hpp"
#include "fixture.hpp"
#include "raw_backend.hpp"

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

long timesThisThreadSlept() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

class Completion : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    raw_ = std::make_unique<RawBackend>(*subject().library, subject().settings);
  }
  const RawBackend& raw() { return *raw_; }

  RawOp get(std::string_view key) { return {LARDER_OP_GET, space_, key}; }
  RawOp set(std::string_view key, std::string_view value) { return {LARDER_OP_SET, space_, key, value}; }

  std::unique_ptr<RawBackend> raw_;
};

TEST_F(Completion, AnUnknownOpcodeIsUnsupported) {
  for (const std::uint32_t opcode : {0u, 9u, 1000u, UINT32_MAX})
    EXPECT_EQ(RawOp(opcode, space_, "k").perform(raw()), LARDER_UNSUPPORTED) << opcode;
}

TEST_F(Completion, AnUnknownFlagIsUnsupportedOnEveryOpcode) {
  for (std::uint32_t opcode = LARDER_OP_GET; opcode <= LARDER_OP_PING; ++opcode)
    EXPECT_EQ(RawOp(opcode, space_, "k").with(1u << 17).perform(raw()), LARDER_UNSUPPORTED) << opcode;
}

TEST_F(Completion, AnOperationWithANewerHostsLongerStructIsAccepted) {
  struct NewerOp {
    larder_op known;
    char laterMembers[64];
  };
  RawOp stored = set("k", "value");
  ASSERT_EQ(stored.perform(raw()), LARDER_OK);
  RawOp plain = get("k");
  NewerOp newer;
  std::memset(&newer, 0xa5, sizeof newer);
  newer.known = plain.op();
  newer.known.struct_size = sizeof newer;
  newer.known.complete = nullptr;

  ASSERT_EQ(raw().submit(newer.known), LARDER_OK);

  EXPECT_EQ(std::string_view(newer.known.result.data, newer.known.result.size), "value");
  if (newer.known.result.release != nullptr) newer.known.result.release(newer.known.result.owner);
}

TEST_F(Completion, WithoutACallbackSubmitReturnsTheFinalStatus) {
  RawOp stored = set("k", "value");
  stored.op().complete = nullptr;
  RawOp read = get("k");
  read.op().complete = nullptr;

  EXPECT_EQ(raw().submit(stored.op()), LARDER_OK);
  EXPECT_EQ(raw().submit(read.op()), LARDER_OK);

  EXPECT_EQ(read.value(), "value");
}

TEST_F(Completion, EveryOperationCompletesExactlyOnce) {
  constexpr int thread_count = 8;
  const int rounds = scaled(400);
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < thread_count; ++thread)
    threads.emplace_back([&, thread] {
      for (int round = 0; round < rounds; ++round) {
        std::vector<std::unique_ptr<RawOp>> ops;
        const auto key = std::to_string(thread) + "." + std::to_string(round % 10);
        for (int i = 0; i < 8; ++i) {
          ops.push_back(
              std::make_unique<RawOp>(i % 2 == 0 ? LARDER_OP_SET : LARDER_OP_GET, space_, key, key));
          ops.back()->start(raw());
        }
        for (const auto& op : ops)
          if (op->wait() != LARDER_OK || op->completions() != 1) wrong.fetch_add(1);
      }
    });
  threads.clear();

  EXPECT_EQ(wrong.load(), 0);
}

TEST_F(Completion, NoOperationCompletesASecondTimeLater) {
  std::vector<std::unique_ptr<RawOp>> ops;
  for (int i = 0; i < 500; ++i) {
    ops.push_back(std::make_unique<RawOp>(LARDER_OP_SET, space_, std::to_string(i % 7), "value"));
    ops.back()->start(raw());
  }
  for (const auto& op : ops) ASSERT_EQ(op->wait(), LARDER_OK);

  ASSERT_EQ(raw().drain(5s), LARDER_OK);

  for (const auto& op : ops) EXPECT_EQ(op->completions(), 1);
}

TEST_F(Completion, AnAsyncBackendReturnsPending) {
  LARDER_NEEDS(LARDER_CAP_ASYNC);
  RawOp read = get("k");

  const auto answer = raw().submit(read.op());

  ASSERT_EQ(answer, LARDER_PENDING);
  EXPECT_EQ(read.wait(), LARDER_MISS);
}

// A lock that another thread holds may make a submit sleep now and then, but not every second one. Sleeping
// is what counts: time would also count what other processes do.
TEST_F(Completion, SubmitDoesNotSleepIfThePluginDeclaresInlineOrAsync) {
  if (!hasCapability(LARDER_CAP_INLINE) && !hasCapability(LARDER_CAP_ASYNC))
    GTEST_SKIP() << notDeclared(LARDER_CAP_INLINE | LARDER_CAP_ASYNC);
  ASSERT_EQ(set("k", "value").perform(raw()), LARDER_OK);
  constexpr int rounds = 20;
  for (const std::uint32_t opcode : {LARDER_OP_GET, LARDER_OP_SET, LARDER_OP_EXISTS, LARDER_OP_DELETE}) {
    int slept = 0;
    for (int i = 0; i < rounds; ++i) {
      RawOp op(opcode, space_, "k", "value");
      const auto before = timesThisThreadSlept();
      op.start(raw());
      slept += timesThisThreadSlept() > before ? 1 : 0;
      op.wait();
    }
    EXPECT_LE(slept, rounds / 2) << "opcode " << opcode << ": submit slept in that many of " << rounds
                                 << " calls, and an event loop that calls it sleeps too";
  }
}

// Submits its operation again from the completion until it has run `left` times.
struct Chain {
  const RawBackend& backend;
  larder_op op{};
  std::atomic<int> left;
  std::atomic<bool> ended{false};
  std::atomic<int> failures{0};

  Chain(const RawBackend& raw, const larder_op& pattern, int length)
      : backend(raw), op(pattern), left(length) {
    op.user = this;
    op.complete = [](larder_op* completed, larder_status status) {
      static_cast<Chain*>(completed->user)->advance(status);
    };
  }

  void start() {
    const auto status = backend.submit(op);
    if (status != LARDER_PENDING) advance(status);
  }

  void advance(larder_status status) {
    if (status != LARDER_MISS) failures.fetch_add(1);
    if (left.fetch_sub(1) > 1) return start();
    ended.store(true);
  }
};

TEST_F(Completion, AnOperationSubmittedFromTheCallbackMakesProgress) {
  constexpr int steps = 200;
  auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < steps; ++i) get("k").perform(raw());
  const auto one_by_one = std::chrono::steady_clock::now() - begin;
  RawOp pattern = get("k");
  std::vector<std::unique_ptr<Chain>> chains;
  for (int i = 0; i < 4; ++i) chains.push_back(std::make_unique<Chain>(raw(), pattern.op(), steps));
  begin = std::chrono::steady_clock::now();

  for (const auto& chain : chains) chain->start();

  for (const auto& chain : chains) {
    // The plugin still has the operation, so continuing is not safe.
    if (!eventually([&chain] { return chain->ended.load(); }, 30s)) std::abort();
    EXPECT_EQ(chain->failures.load(), 0);
  }
  // 1.4 ms per step is the cost if submissions from the callback are not flushed. The preceding operations
  // show what a step costs on this machine. Inline backends have nothing to flush, and may use a slow disk.
  if ((raw().table().capabilities & LARDER_CAP_ASYNC) != 0) {
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4 * one_by_one + kSlowdown * 100ms);
  }
}

TEST_F(Completion, ACancelledOperationStillCompletesExactlyOnce) {
  for (int i = 0; i < scaled(500); ++i) {
    RawOp write = set("k", "value");
    const auto answer = raw().submit(write.op());
    if (answer != LARDER_PENDING) {
      EXPECT_EQ(answer, LARDER_OK);
      continue;
    }
    raw().table().cancel(raw().table().self, &write.op());
    const auto status = write.wait();
    EXPECT_TRUE(status == LARDER_OK || status == LARDER_CANCELLED) << status;
    ASSERT_EQ(write.completions(), 1);
  }
  EXPECT_EQ(raw().drain(5s), LARDER_OK);
}

TEST_F(Completion, AnExpiredOperationCompletesAtOnceAndWritesNothing) {
  RawOp write = set("k", "value");
  write.op().deadline_ns = monotonicNs() - 1;
  const auto begin = std::chrono::steady_clock::now();

  EXPECT_EQ(write.perform(raw()), LARDER_DEADLINE);

  EXPECT_LT(std::chrono::steady_clock::now() - begin, tolerance(50ms));
  EXPECT_EQ(get("k").perform(raw()), LARDER_MISS);
}

TEST_F(Completion, TheSdkRefusesAnExpiredOperationToo) {
  const auto outcome = backend().perform(on(OpCode::get, "k"), backend().in(-1ms));

  EXPECT_EQ(outcome.status, Status::deadline);
}

using Donations = Completion;

TEST_F(Donations, AStoredValueIsReadableAndReleasedOnce) {
  Donation donation("donated value");
  {
    RawOp write = set("k", "");
    donation.attachTo(write.op());
    ASSERT_EQ(write.perform(raw()), LARDER_OK);
    RawOp read = get("k");
    ASSERT_EQ(read.perform(raw()), LARDER_OK);
    EXPECT_EQ(read.value(), "donated value");
  }
  ASSERT_EQ(RawOp(LARDER_OP_DELETE, space_, "k").perform(raw()), LARDER_OK);

  raw_.reset();

  EXPECT_EQ(donation.releases(), 1);
}

TEST_F(Donations, AValueThatIsNotStoredIsReleasedOnce) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS);
  ASSERT_EQ(set("k", "value").perform(raw()), LARDER_OK);
  Donation donation("donated value");
  RawOp write = set("k", "");
  write.with(LARDER_IF_ABSENT);
  donation.attachTo(write.op());

  EXPECT_EQ(write.perform(raw()), LARDER_NOT_STORED);

  EXPECT_EQ(donation.releases(), 1);
}

TEST_F(Donations, AValueOfAnInvalidOperationIsReleasedOnce) {
  Donation donation("donated value");
  RawOp write = set("k", "");
  donation.attachTo(write.op());
  write.op().ttl_ms = 0;

  EXPECT_EQ(write.perform(raw()), LARDER_INVALID);

  EXPECT_EQ(donation.releases(), 1);
}

TEST_F(Donations, AValueOfAnUnknownFlagIsReleasedOnce) {
  Donation donation("donated value");
  RawOp write = set("k", "");
  donation.attachTo(write.op());
  write.op().flags |= 1u << 17;

  EXPECT_EQ(write.perform(raw()), LARDER_UNSUPPORTED);

  EXPECT_EQ(donation.releases(), 1);
}

TEST_F(Donations, AValueThatIsTooLargeIsReleasedOnce) {
  Donation donation(std::string(static_cast<std::size_t>(raw().table().max_value_size) + 1, 'x'));
  RawOp write = set("k", "");
  donation.attachTo(write.op());

  EXPECT_EQ(write.perform(raw()), LARDER_TOO_LARGE);

  EXPECT_EQ(donation.releases(), 1);
}

TEST_F(Donations, AValueOfAnExpiredOperationIsReleasedOnce) {
  Donation donation("donated value");
  RawOp write = set("k", "");
  donation.attachTo(write.op());
  write.op().deadline_ns = 1;

  EXPECT_EQ(write.perform(raw()), LARDER_DEADLINE);

  EXPECT_EQ(donation.releases(), 1);
}

TEST_F(Donations, AValueForADrainedBackendIsReleasedOnce) {
  ASSERT_EQ(raw().drain(5s), LARDER_OK);
  Donation donation("donated value");
  RawOp write = set("k", "");
  donation.attachTo(write.op());

  EXPECT_EQ(write.perform(raw()), LARDER_CLOSED);

  EXPECT_EQ(donation.releases(), 1);
}

TEST_F(Donations, ValuesThatOverwriteEachOtherAreEachReleasedOnce) {
  std::vector<std::unique_ptr<Donation>> donations;
  for (int i = 0; i < 100; ++i) {
    donations.push_back(std::make_unique<Donation>(std::to_string(i)));
    RawOp write = set("k", "");
    donations.back()->attachTo(write.op());
    ASSERT_EQ(write.perform(raw()), LARDER_OK);
  }

  raw_.reset();

  for (const auto& donation : donations) EXPECT_EQ(donation->releases(), 1);
}

}  // namespace
}  // namespace larder::conformance
