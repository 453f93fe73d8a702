// SPDX-License-Identifier: Apache-2.0
//
// How a plugin behaves when its server or the network fails.
#include "eventually.hpp"
#include "faults_fixture.hpp"
#include "raw_backend.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

using std::chrono::steady_clock;

TEST_F(Faults, AKilledServerIsReportedQuickly) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  refuse();

  const auto begin = steady_clock::now();
  const auto read = get("k").status;
  const auto written = set("k", "new").status;
  const auto took = steady_clock::now() - begin;

  EXPECT_TRUE(tellsAnOutage(read)) << toString(read);
  EXPECT_TRUE(tellsAnOutage(written)) << toString(written);
  EXPECT_LT(took, tolerance(500ms));
}

TEST_F(Faults, ARestartedServerIsUsedAgainAutomatically) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  refuse();
  ASSERT_TRUE(failed(get("k").status));

  forward();

  EXPECT_TRUE(recovers());
  EXPECT_EQ(valueOf("probe"), "value");
}

TEST_F(Faults, AServerThatRestartedUnnoticedIsUsedAgain) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  reset();

  EXPECT_TRUE(recovers());
}

TEST_F(Faults, ABackendOpensWithoutItsServerAndConnectsLater) {
  refuse();
  const auto begin = steady_clock::now();

  const auto early = openAnother();
  const auto status = early->perform(on(OpCode::get, "k"), early->in(kSlowdown * 2s)).status;

  EXPECT_TRUE(tellsAnOutage(status)) << toString(status);
  EXPECT_LT(steady_clock::now() - begin, kSlowdown * 5s);
  forward();
  auto later = status;
  EXPECT_TRUE(eventually([&] {
    later = early->perform(on(OpCode::get, "k"), early->in(kSlowdown * 2s)).status;
    return !failed(later);
  }));
  EXPECT_EQ(later, Status::miss);
}

TEST_F(Faults, APausedServerDelaysNoOperationPastItsDeadline) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  pause();

  for (const auto code : {OpCode::get, OpCode::set, OpCode::erase}) {
    const auto begin = steady_clock::now();
    const auto status = performWithin(on(code, "k"), 30ms).status;
    const auto took = steady_clock::now() - begin;

    // A plugin that has detected the outage by now may report it at once.
    EXPECT_TRUE(status == Status::deadline || tellsAnOutage(status)) << toString(status);
    EXPECT_LT(took, 30ms + tolerance(50ms)) << static_cast<unsigned>(code);
  }
}

TEST_F(Faults, TheFirstOperationOnAPausedServerEndsWithDeadline) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  pause();

  EXPECT_EQ(performWithin(on(OpCode::get, "k"), 30ms).status, Status::deadline);
}

TEST_F(Faults, SubmitDoesNotWaitForAPausedServerIfThePluginDeclaresInlineOrAsync) {
  if (!hasCapability(LARDER_CAP_INLINE) && !hasCapability(LARDER_CAP_ASYNC))
    GTEST_SKIP() << notDeclared(LARDER_CAP_INLINE | LARDER_CAP_ASYNC);
  pause();
  const RawBackend raw(*subject().library, subject().settings);
  RawOp read(LARDER_OP_GET, space_, "k");
  read.op().deadline_ns = monotonicNs() + std::chrono::nanoseconds(kSlowdown * 1s).count();

  const auto begin = steady_clock::now();
  read.start(raw);
  const auto took = steady_clock::now() - begin;

  EXPECT_LT(took, tolerance(50ms)) << "an event loop that calls submit waits as long";
  read.wait();
}

TEST_F(Faults, ManyCallersOfAPausedServerAllReturnInTime) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  pause();

  std::atomic<int> late{0};
  std::vector<std::jthread> callers;
  for (int thread = 0; thread < 16; ++thread)
    callers.emplace_back([&] {
      for (int i = 0; i < 3; ++i) {
        const auto begin = steady_clock::now();
        performWithin(on(OpCode::get, "k"), 50ms);
        if (steady_clock::now() - begin > 50ms + tolerance(50ms)) ++late;
      }
    });
  callers.clear();

  EXPECT_EQ(late.load(), 0);
}

TEST_F(Faults, ALateReplyIsNeverServedToTheNextCaller) {
  constexpr int key_count = 64;
  for (int i = 0; i < key_count; ++i)
    ASSERT_EQ(set(std::to_string(i), "of " + std::to_string(i)).status, Status::ok);
  pause();
  std::vector<std::jthread> callers;
  for (int thread = 0; thread < 8; ++thread)
    callers.emplace_back([&, thread] {
      for (int i = thread; i < 32; i += 8) performWithin(on(OpCode::get, std::to_string(i)), 20ms);
    });
  callers.clear();

  forward();
  ASSERT_TRUE(recovers());

  for (int round = 0; round < 3; ++round)
    for (int i = key_count - 1; i >= 0; --i) {
      const auto value = valueOf(std::to_string(i));
      EXPECT_EQ(value, "of " + std::to_string(i)) << "round " << round;
    }
}

TEST_F(Faults, AKillUnderLoadGivesNoCallerAnotherKeysValue) {
  constexpr int key_count = 16;
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0};
  std::atomic<int> written{0};
  std::atomic<int> failures{0};
  std::vector<std::jthread> callers;
  for (int thread = 0; thread < 8; ++thread)
    callers.emplace_back([&, thread] {
      for (int i = thread; !stop; i = (i + 1) % key_count) {
        const auto key = std::to_string(i);
        const auto outcome = performWithin(
            [&] {
              Operation write = on(OpCode::set, key);
              write.value = key;
              return write;
            }(),
            100ms);
        const auto read = performWithin(on(OpCode::get, key), 100ms);
        if (read.status == Status::ok && read.value.view() != key) ++wrong;
        if (!failed(outcome.status)) {
          ++written;
          continue;
        }
        ++failures;
        std::this_thread::sleep_for(1ms);  // leaves the processor to the plugin, which reconnects
      }
    });

  for (int round = 0; round < 3; ++round) {
    EXPECT_TRUE(eventually([&, before = written.load()] { return written >= before + 100; }));
    refuse();
    EXPECT_TRUE(eventually([&, before = failures.load()] { return failures >= before + 8; }));
    forward();
  }
  const bool recovered = recovers();
  stop = true;
  callers.clear();

  EXPECT_TRUE(recovered);
  EXPECT_EQ(wrong.load(), 0);
}

}  // namespace
}  // namespace larder::conformance
