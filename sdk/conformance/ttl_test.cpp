// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

namespace larder::conformance {
namespace {

class TimeToLive : public Conformance {
 protected:
  static bool canTellTtl() { return hasCapability(LARDER_CAP_TTL); }
};

using std::chrono::milliseconds;

constexpr milliseconds kDay = std::chrono::hours(24);
constexpr milliseconds kMost{LARDER_TTL_MAX_MS};

TEST_F(TimeToLive, AnExpiredEntryIsGoneForEveryOperation) {
  ASSERT_EQ(set("k", "value", 20ms).status, Status::ok);

  pass(40ms);

  EXPECT_EQ(valueOf("k"), "<miss>");
  EXPECT_EQ(exists("k").status, Status::miss);
  if (canTellTtl()) {
    EXPECT_EQ(ttl("k").status, Status::miss);
    EXPECT_EQ(touch("k", 10s).status, Status::miss);
  }
  EXPECT_EQ(erase("k").status, Status::miss);
}

TEST_F(TimeToLive, AnEntryLivesUntilItExpires) {
  ASSERT_EQ(set("k", "value", 10s).status, Status::ok);

  pass(20ms);

  EXPECT_EQ(valueOf("k"), "value");
}

TEST_F(TimeToLive, OfOneMillisecondIsAcceptedAndExpires) {
  ASSERT_EQ(set("k", "value", 1ms).status, Status::ok);

  pass(20ms);

  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(TimeToLive, OutOfRangeIsInvalidAndChangesNothing) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  for (const auto wrong :
       {milliseconds(0), milliseconds(-2), milliseconds::min(), kMost + 1ms, milliseconds::max()}) {
    EXPECT_EQ(set("k", "new", wrong).status, Status::invalid) << wrong.count();
    if (canTellTtl()) {
      EXPECT_EQ(touch("k", wrong).status, Status::invalid) << wrong.count();
    }
  }

  EXPECT_EQ(valueOf("k"), "value");
  if (canTellTtl()) {
    EXPECT_EQ(ttl("k").ttl, noExpiry);
  }
}

TEST_F(TimeToLive, EveryLengthUpToTheLongestIsHonored) {
  // Around the values at which stores interpret a number differently: 30 days, 2^31 and 2^32 ms and s.
  const milliseconds lengths[] = {30 * kDay - 1s,
                                  30 * kDay,
                                  30 * kDay + 1s,
                                  31 * kDay,
                                  milliseconds(1LL << 31),
                                  milliseconds(1LL << 32),
                                  milliseconds((1LL << 32) + 1),
                                  std::chrono::seconds(1LL << 31),
                                  kMost - 1ms,
                                  kMost};
  for (const auto length : lengths) {
    ASSERT_EQ(set("k", "value", length).status, Status::ok) << length.count();
    EXPECT_EQ(valueOf("k"), "value") << length.count();
    if (!canTellTtl()) continue;
    const auto left = ttl("k").ttl;
    EXPECT_LE(left, length + 1ms);
    EXPECT_GT(left, length - kSlowdown * 2s);
  }
}

TEST_F(TimeToLive, TtlReportsTheRemainingTime) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "value", 10s).status, Status::ok);

  pass(20ms);

  const auto left = ttl("k");
  EXPECT_EQ(left.status, Status::ok);
  EXPECT_LE(left.ttl, 9981ms);
  EXPECT_GT(left.ttl, 5s);
}

TEST_F(TimeToLive, TtlReportsThatThereIsNone) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "value").status, Status::ok);

  const auto left = ttl("k");

  EXPECT_EQ(left.status, Status::ok);
  EXPECT_EQ(left.ttl, noExpiry);
}

TEST_F(TimeToLive, TtlOfAMissingKeyIsAMiss) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  EXPECT_EQ(ttl("k").status, Status::miss);
}

TEST_F(TimeToLive, OverwritingRestartsIt) {
  ASSERT_EQ(set("k", "old", 30ms).status, Status::ok);
  ASSERT_EQ(set("k", "new", 10s).status, Status::ok);

  pass(50ms);

  EXPECT_EQ(valueOf("k"), "new");
}

TEST_F(TimeToLive, OverwritingWithoutATtlRemovesIt) {
  ASSERT_EQ(set("k", "old", 30ms).status, Status::ok);
  ASSERT_EQ(set("k", "new").status, Status::ok);

  pass(50ms);

  EXPECT_EQ(valueOf("k"), "new");
  if (canTellTtl()) {
    EXPECT_EQ(ttl("k").ttl, noExpiry);
  }
}

TEST_F(TimeToLive, KeepTtlKeepsTheTtlWhenTheValueChanges) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS | LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "old", 10s).status, Status::ok);

  ASSERT_EQ(set("k", "new", noExpiry, OperationFlags::keepTtl).status, Status::ok);

  EXPECT_EQ(valueOf("k"), "new");
  EXPECT_NE(ttl("k").ttl, noExpiry);
  EXPECT_LE(ttl("k").ttl, 10s + 1ms);
}

TEST_F(TimeToLive, KeepTtlKeepsAnEntryWithoutATtlUnlimited) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS | LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "old").status, Status::ok);

  ASSERT_EQ(set("k", "new", 20ms, OperationFlags::keepTtl).status, Status::ok);
  pass(40ms);

  EXPECT_EQ(valueOf("k"), "new");
  EXPECT_EQ(ttl("k").ttl, noExpiry);
}

TEST_F(TimeToLive, KeepTtlGivesANewEntryTheOperationsTtl) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS | LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "value", 10s, OperationFlags::keepTtl).status, Status::ok);

  EXPECT_NE(ttl("k").ttl, noExpiry);
  EXPECT_LE(ttl("k").ttl, 10s + 1ms);
}

TEST_F(TimeToLive, GetReportsTheRemainingTtlOrUnknown) {
  ASSERT_EQ(set("ending", "value", 10s).status, Status::ok);
  ASSERT_EQ(set("lasting", "value", noExpiry).status, Status::ok);

  const auto ending = get("ending").ttl;
  const auto lasting = get("lasting").ttl;

  const auto unknown = std::chrono::milliseconds(LARDER_TTL_UNKNOWN);
  EXPECT_TRUE(ending == unknown || (ending > 5s && ending <= 10s + 1ms)) << ending.count() << " ms";
  EXPECT_TRUE(lasting == unknown || lasting == noExpiry) << lasting.count() << " ms";
}

TEST_F(TimeToLive, KeepTtlWorksTogetherWithIfPresentAndIfVersion) {
  LARDER_NEEDS(LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS | LARDER_CAP_TTL);
  const auto first = set("k", "1", 10s);

  const auto second =
      set("k", "2", noExpiry, OperationFlags::keepTtl | OperationFlags::ifVersion, first.version);
  const auto third = set("k", "3", noExpiry, OperationFlags::keepTtl | OperationFlags::ifPresent);

  EXPECT_EQ(second.status, Status::ok);
  EXPECT_EQ(third.status, Status::ok);
  EXPECT_EQ(valueOf("k"), "3");
  EXPECT_LE(ttl("k").ttl, 10s + 1ms);
  EXPECT_NE(ttl("k").ttl, noExpiry);
}

TEST_F(TimeToLive, TouchRestartsIt) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "value", 30ms).status, Status::ok);

  ASSERT_EQ(touch("k", 10s).status, Status::ok);
  pass(50ms);

  EXPECT_EQ(valueOf("k"), "value");
  EXPECT_LE(ttl("k").ttl, 9951ms);
}

TEST_F(TimeToLive, TouchCanShortenIt) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "value", 10s).status, Status::ok);

  ASSERT_EQ(touch("k", 20ms).status, Status::ok);
  pass(40ms);

  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(TimeToLive, TouchCanRemoveIt) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "value", 30ms).status, Status::ok);

  ASSERT_EQ(touch("k", noExpiry).status, Status::ok);
  pass(50ms);

  EXPECT_EQ(valueOf("k"), "value");
  EXPECT_EQ(ttl("k").ttl, noExpiry);
}

TEST_F(TimeToLive, TouchOfAMissingKeyIsAMiss) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  EXPECT_EQ(touch("k", 10s).status, Status::miss);
}

TEST_F(TimeToLive, TouchDoesNotChangeTheValue) {
  LARDER_NEEDS(LARDER_CAP_TTL);
  ASSERT_EQ(set("k", "value", 10s).status, Status::ok);

  ASSERT_EQ(touch("k", 20s).status, Status::ok);

  EXPECT_EQ(valueOf("k"), "value");
}

}  // namespace
}  // namespace larder::conformance
