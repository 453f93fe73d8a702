// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <larder/quantity.hpp>

using namespace larder;
using namespace std::chrono_literals;

TEST(Duration, IsReadInEveryUnit) {
  EXPECT_EQ(parseDuration("250ms"), 250ms);
  EXPECT_EQ(parseDuration("30s"), 30s);
  EXPECT_EQ(parseDuration("5min"), 5min);
  EXPECT_EQ(parseDuration("5m"), 5min);
  EXPECT_EQ(parseDuration("24h"), 24h);
  EXPECT_EQ(parseDuration("7d"), 7 * 24h);
}

TEST(Duration, WithoutUnitOrNumberOrWithExtraTextIsRefused) {
  for (const auto* text :
       {"", "30", "s", "-5s", "1.5s", "30 s", "30s ", "30parsecs", "99999999999999999999s"})
    EXPECT_EQ(parseDuration(text), std::nullopt) << text;
}

TEST(Duration, ThatOverflowsMillisecondsIsRefused) {
  EXPECT_EQ(parseDuration("9223372036854775807d"), std::nullopt);
}

TEST(Duration, IsPrintedInTheLargestUnitThatIsExact) {
  EXPECT_EQ(formatDuration(30s), "30s");
  EXPECT_EQ(formatDuration(1500ms), "1500ms");
  EXPECT_EQ(formatDuration(5min), "5min");
  EXPECT_EQ(formatDuration(365 * 24h), "365d");
  EXPECT_EQ(formatDuration(0ms), "0ms");
}

TEST(Size, IsReadInBinaryAndDecimalUnits) {
  EXPECT_EQ(parseSize("1024"), 1024);
  EXPECT_EQ(parseSize("64KiB"), 64 << 10);
  EXPECT_EQ(parseSize("256MiB"), 256 << 20);
  EXPECT_EQ(parseSize("2GB"), 2'000'000'000);
  EXPECT_EQ(parseSize("1TiB"), std::nullopt);
}

TEST(Size, IsPrintedInTheLargestBinaryUnitThatIsExact) {
  EXPECT_EQ(formatSize(256 << 20), "256MiB");
  EXPECT_EQ(formatSize(1000), "1000B");
}
