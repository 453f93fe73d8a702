// SPDX-License-Identifier: Apache-2.0
#include "expiry.hpp"

#include <larder/abi.h>

#include <gtest/gtest.h>

#include <cstdint>

namespace larder::memcached {
namespace {

constexpr std::int64_t kNow = 1'700'000'000'500;  // 2023, half a second past
constexpr std::int64_t kDay = 24 * 60 * 60;       // seconds

TEST(Expiry, ATimeToLiveCountsFromNow) {
  EXPECT_EQ(expiresAt(1, kNow), kNow + 1);
  EXPECT_EQ(expiresAt(LARDER_TTL_MAX_MS, kNow), kNow + LARDER_TTL_MAX_MS);
  EXPECT_EQ(expiresAt(LARDER_TTL_NONE, kNow), kNever);
}

TEST(Expiry, AClockFarInTheFutureDoesNotOverflow) {
  EXPECT_EQ(expiresAt(LARDER_TTL_MAX_MS, kNever - 5), kNever);
}

TEST(Expiry, AnEntryExpiresAtItsTimeAndNotEarlier) {
  EXPECT_FALSE(hasExpired(kNow + 1, kNow));
  EXPECT_TRUE(hasExpired(kNow, kNow));
  EXPECT_FALSE(hasExpired(kNever, kNow));
}

TEST(Expiry, TheRemainingTimeIsAtLeastOne) {
  EXPECT_EQ(remainingMs(kNow + 250, kNow), 250);
  EXPECT_EQ(remainingMs(kNow, kNow), 1);
  EXPECT_EQ(remainingMs(kNever, kNow), LARDER_TTL_NONE);
}

TEST(Expiry, TheServerIsSentWholeSecondsPlusOne) {
  EXPECT_EQ(serverExpiry(kNow + 1, kNow), 2);
  EXPECT_EQ(serverExpiry(kNow + 1000, kNow), 2);
  EXPECT_EQ(serverExpiry(kNow + 1001, kNow), 3);
}

TEST(Expiry, OnlyForeverIsZero) {
  EXPECT_EQ(serverExpiry(kNever, kNow), 0);
  EXPECT_EQ(serverExpiry(kNow, kNow), 1);
  EXPECT_EQ(serverExpiry(kNow - 5000, kNow), 1);
}

TEST(Expiry, ThirtyDaysIsTheLastRelativeTime) {
  EXPECT_EQ(serverExpiry(kNow + (30 * kDay - 1) * 1000, kNow), 30 * kDay);
  EXPECT_GT(serverExpiry(kNow + 30 * kDay * 1000, kNow), kNow / 1000);
}

TEST(Expiry, MoreThanThirtyDaysIsSentAsADateThatIsNotTooEarly) {
  for (const std::int64_t days : {31, 60, 365, 3650}) {
    const std::int64_t end = kNow + days * kDay * 1000;
    EXPECT_GE(serverExpiry(end, kNow) * 1000, end) << days;
    EXPECT_LE(serverExpiry(end, kNow) * 1000, end + 4000) << days;
  }
}

// memcached reads a signed 32-bit number, which would put such a date in the past.
TEST(Expiry, ADateAfter2038IsKeptOnlyInTheHeader) {
  EXPECT_EQ(serverExpiry(kNow + LARDER_TTL_MAX_MS, kNow), 0);
  EXPECT_EQ(serverExpiry(kNow + 20 * 365 * kDay * 1000, kNow), 0);
}

}  // namespace
}  // namespace larder::memcached
