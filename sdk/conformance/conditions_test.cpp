// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <atomic>
#include <barrier>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

using Conditions = Conformance;

TEST_F(Conditions, IfAbsentStoresOnlyIfThereIsNoEntry) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS);
  EXPECT_EQ(set("k", "first", noExpiry, OperationFlags::ifAbsent).status, Status::ok);
  EXPECT_EQ(set("k", "second", noExpiry, OperationFlags::ifAbsent).status, Status::notStored);

  EXPECT_EQ(valueOf("k"), "first");
}

TEST_F(Conditions, IfPresentStoresOnlyOverALiveEntry) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS);
  EXPECT_EQ(set("k", "none", noExpiry, OperationFlags::ifPresent).status, Status::notStored);
  EXPECT_EQ(valueOf("k"), "<miss>");
  ASSERT_EQ(set("k", "old").status, Status::ok);

  EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifPresent).status, Status::ok);

  EXPECT_EQ(valueOf("k"), "new");
}

TEST_F(Conditions, IfVersionStoresOverTheVersionThatWasRead) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  ASSERT_EQ(set("k", "old").status, Status::ok);
  const auto read = get("k").version;

  EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifVersion, read).status, Status::ok);

  EXPECT_EQ(valueOf("k"), "new");
}

TEST_F(Conditions, IfVersionDoesNotStoreOverANewerWrite) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const auto read = set("k", "old").version;
  ASSERT_EQ(set("k", "newer").status, Status::ok);

  EXPECT_EQ(set("k", "mine", noExpiry, OperationFlags::ifVersion, read).status, Status::notStored);

  EXPECT_EQ(valueOf("k"), "newer");
}

TEST_F(Conditions, IfVersionDoesNotStoreIfThereIsNoEntry) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  EXPECT_EQ(set("k", "value", noExpiry, OperationFlags::ifVersion, 1).status, Status::notStored);

  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(Conditions, IfVersionAcceptsTheVersionThatAConditionalSetReturned) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS);
  const auto first = set("k", "1", noExpiry, OperationFlags::ifAbsent);
  const auto second = set("k", "2", noExpiry, OperationFlags::ifVersion, first.version);
  ASSERT_EQ(second.status, Status::ok);

  EXPECT_EQ(set("k", "3", noExpiry, OperationFlags::ifVersion, second.version).status, Status::ok);
}

TEST_F(Conditions, DeleteIfVersionLeavesANewerWrite) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const auto read = set("k", "old").version;
  ASSERT_EQ(set("k", "newer").status, Status::ok);

  auto conditional = on(OpCode::erase, "k");
  conditional.flags = OperationFlags::ifVersion;
  conditional.expectedVersion = read;
  EXPECT_EQ(perform(conditional).status, Status::notStored);

  EXPECT_EQ(valueOf("k"), "newer");
}

TEST_F(Conditions, DeleteIfVersionDeletesThatVersion) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  auto conditional = on(OpCode::erase, "k");
  conditional.flags = OperationFlags::ifVersion;
  conditional.expectedVersion = set("k", "value").version;

  EXPECT_EQ(perform(conditional).status, Status::ok);

  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(Conditions, DeleteIfVersionOfAMissingKeyIsAMiss) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  auto conditional = on(OpCode::erase, "k");
  conditional.flags = OperationFlags::ifVersion;
  conditional.expectedVersion = 1;

  EXPECT_EQ(perform(conditional).status, Status::miss);
}

TEST_F(Conditions, ContradictoryFlagsAreInvalidAndChangeNothing) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS);
  ASSERT_EQ(set("k", "value").status, Status::ok);

  for (const auto other : {OperationFlags::ifPresent, OperationFlags::ifVersion, OperationFlags::keepTtl})
    EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifAbsent | other, 1).status, Status::invalid)
        << static_cast<std::uint32_t>(other);

  EXPECT_EQ(valueOf("k"), "value");
}

TEST_F(Conditions, AnExpiredEntryIsAbsentForIfAbsent) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS);
  ASSERT_EQ(set("k", "old", 20ms).status, Status::ok);
  pass(40ms);

  EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifAbsent).status, Status::ok);

  EXPECT_EQ(valueOf("k"), "new");
}

TEST_F(Conditions, AnExpiredEntryIsMissingForIfPresent) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS);
  ASSERT_EQ(set("k", "old", 20ms).status, Status::ok);
  pass(40ms);

  EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifPresent).status, Status::notStored);

  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(Conditions, AnExpiredEntryIsMissingForIfVersion) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const auto version = set("k", "old", 20ms).version;
  pass(40ms);

  EXPECT_EQ(set("k", "new", noExpiry, OperationFlags::ifVersion, version).status, Status::notStored);
}

// Runs `attempt(thread)` on 16 threads at the same time and returns how many returned true.
template <class Attempt>
int winnersOf16(const Attempt& attempt) {
  constexpr int thread_count = 16;
  std::barrier start(thread_count);
  std::atomic<int> winners{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < thread_count; ++i)
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      if (attempt(i)) winners.fetch_add(1);
    });
  threads.clear();
  return winners.load();
}

TEST_F(Conditions, IfAbsentHasExactlyOneWinnerAmong16Threads) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS);
  for (int round = 0; round < scaled(50); ++round) {
    const auto key = "k" + std::to_string(round);
    const int winners = winnersOf16([&](int thread) {
      return set(key, std::to_string(thread), noExpiry, OperationFlags::ifAbsent).status == Status::ok;
    });
    ASSERT_EQ(winners, 1) << "round " << round;
  }
}

TEST_F(Conditions, IfVersionHasExactlyOneWinnerAmong16Threads) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  for (int round = 0; round < scaled(50); ++round) {
    const auto read = set("k", "start").version;
    const int winners = winnersOf16([&](int thread) {
      return set("k", std::to_string(thread), noExpiry, OperationFlags::ifVersion, read).status == Status::ok;
    });
    ASSERT_EQ(winners, 1) << "round " << round;
  }
}

TEST_F(Conditions, DeleteHasExactlyOneWinnerAmong16Threads) {
  for (int round = 0; round < scaled(50); ++round) {
    ASSERT_EQ(set("k", "value").status, Status::ok);
    ASSERT_EQ(winnersOf16([&](int) { return erase("k").status == Status::ok; }), 1) << "round " << round;
  }
}

}  // namespace
}  // namespace larder::conformance
