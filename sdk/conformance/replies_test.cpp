// SPDX-License-Identifier: Apache-2.0
//
// How a plugin handles replies that are partial, late or malformed.
#include "eventually.hpp"
#include "faults_fixture.hpp"
#include "raw_backend.hpp"

#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace larder::conformance {
namespace {

using std::chrono::steady_clock;

TEST_F(Faults, AReplyCutAfterAnyByteNeverGivesAnotherValue) {
  const std::string value = "a value longer than any of the replies that are cut here";
  for (std::size_t bytes = 1; bytes <= 40; ++bytes) {
    // A new backend each time, because it does not back off yet before it reconnects.
    const auto fresh = openAnother();
    ASSERT_EQ(setOn(*fresh, value).status, Status::ok) << bytes;
    cutRepliesAfter(bytes);

    const auto read = fresh->perform(on(OpCode::get, "k"), fresh->in(kSlowdown * 50ms));

    EXPECT_TRUE(read.status == Status::miss || failed(read.status) || shown(read) == value)
        << bytes << " bytes: " << shown(read);
    forward();
  }
}

TEST_F(Faults, AWriteThatHappenedIsNotReportedAsUnsentIfItsReplyIsLost) {
  for (int round = 0; round < 10; ++round) {
    const auto fresh = openAnother();
    ASSERT_EQ(setOn(*fresh, "old").status, Status::ok);
    cutRepliesAfter(0);

    const auto status = setOn(*fresh, "new", kSlowdown * 50ms).status;

    forward();
    EXPECT_TRUE(failed(status)) << toString(status);
    if (nothingSent(status)) {
      EXPECT_EQ(valueOf(*openAnother(), "k"), "old") << toString(status);
    }
  }
}

TEST_F(Faults, ARefusedConnectionIsUnavailable) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  refuse();

  // The first operations may have been sent before the plugin noticed.
  auto status = Status::ok;
  EXPECT_TRUE(eventually([&] {
    status = set("k", "new").status;
    return status == Status::unavailable;
  })) << toString(status);
}

TEST_F(Faults, AResetConnectionIsReestablishedAutomatically) {
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(recovers()) << "round " << round;
    reset();
  }

  EXPECT_TRUE(recovers());
}

TEST_F(Faults, GarbageIsNeverAValue) {
  std::mt19937_64 random(subject().seed);
  std::vector<std::string> garbage = {"garbage\r\n", std::string(8, '\0'), std::string(32, '\xff'), "\r\n",
                                      std::string(100'000, 'x')};
  for (int i = 0; i < 5; ++i) {
    std::string bytes(1 + random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    garbage.push_back(bytes);
  }
  for (std::size_t i = 0; i < garbage.size(); ++i) {
    const auto fresh = openAnother();
    ASSERT_EQ(setOn(*fresh, "value").status, Status::ok) << i;
    replaceReplies(garbage[i]);
    const auto begin = steady_clock::now();

    const auto status = fresh->perform(on(OpCode::get, "k"), fresh->in(100ms)).status;

    EXPECT_NE(status, Status::ok) << i;
    EXPECT_LT(steady_clock::now() - begin, 100ms + tolerance(50ms)) << i;
    forward();
  }
  ASSERT_TRUE(recovers());
  EXPECT_EQ(valueOf("k"), "value");
}

TEST_F(Faults, AfterGarbageTheBackendReconnects) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  replaceReplies("garbage\r\n");
  ASSERT_NE(getWithin("k", 100ms).status, Status::ok);

  forward();

  ASSERT_TRUE(recovers());
  EXPECT_EQ(valueOf("k"), "value");
}

TEST_F(Faults, AReplyThatArrivesByteByByteIsRead) {
  const std::string value(100, 'v');
  ASSERT_EQ(set("k", value).status, Status::ok);
  passRepliesByteByByte();

  const auto read = getWithin("k", kSlowdown * 5s);

  // A plugin's own timeout may be shorter than this takes.
  EXPECT_TRUE(shown(read) == value || failed(read.status)) << shown(read);
}

TEST_F(Faults, ASlowReplyDelaysNoOperationPastItsDeadline) {
  const std::string value(10'000, 'v');
  ASSERT_EQ(set("k", value).status, Status::ok);
  passRepliesByteByByte();
  const auto begin = steady_clock::now();

  const auto status = getWithin("k", 100ms).status;

  EXPECT_LT(steady_clock::now() - begin, 100ms + tolerance(50ms));
  EXPECT_TRUE(failed(status)) << toString(status);
  forward();
  ASSERT_TRUE(recovers());
  EXPECT_TRUE(valueOf("k") == value);
}

TEST_F(Faults, ADelayedReplyIsNotTheNextCallersAnswer) {
  for (const auto* key : {"a", "b", "c"}) ASSERT_EQ(set(key, key).status, Status::ok);
  delayReplies(60ms);

  for (int round = 0; round < 5; ++round) {
    getWithin("a", 20ms);
    for (const auto* key : {"b", "c"}) {
      const auto read = getWithin(key, kSlowdown * 1s);
      EXPECT_TRUE(shown(read) == key || failed(read.status)) << key << ": " << shown(read);
    }
  }
}

TEST_F(Faults, TheQueueForAPausedServerIsBounded) {
  constexpr int most = 200'000;
  RawBackend raw(*subject().library, subject().settings);
  ASSERT_EQ(RawOp(LARDER_OP_PING, space_, "").perform(raw), LARDER_OK);
  pause();
  std::vector<std::unique_ptr<RawOp>> ops;

  bool refused = false;
  for (int i = 0; i < most && !refused; ++i) {
    ops.push_back(std::make_unique<RawOp>(LARDER_OP_SET, space_, "k", "value"));
    ops.back()->start(raw);
    refused = ops.back()->completions() > 0;
  }
  const auto last = refused ? ops.back()->wait() : LARDER_PENDING;

  raw.drain(0ms);
  for (const auto& op : ops) EXPECT_NE(op->wait(), LARDER_PENDING);
  EXPECT_TRUE(refused) << most << " operations are pending";
  EXPECT_EQ(last, LARDER_OVERLOADED);
}

TEST_F(Faults, DrainingWhileTheServerIsPausedEndsByItsDeadline) {
  RawBackend raw(*subject().library, subject().settings);
  ASSERT_EQ(RawOp(LARDER_OP_PING, space_, "").perform(raw), LARDER_OK);
  pause();
  std::vector<std::unique_ptr<RawOp>> ops;
  for (int i = 0; i < 1000; ++i) {
    ops.push_back(std::make_unique<RawOp>(LARDER_OP_SET, space_, "k", "value"));
    ops.back()->start(raw);
  }
  const auto begin = steady_clock::now();

  const auto status = raw.drain(100ms);

  EXPECT_LT(steady_clock::now() - begin, 100ms + tolerance(50ms));
  EXPECT_EQ(status, LARDER_DEADLINE);
  for (const auto& op : ops) {
    EXPECT_LT(op->wait(), 0);
    EXPECT_EQ(op->completions(), 1);
  }
}

}  // namespace
}  // namespace larder::conformance
