// SPDX-License-Identifier: Apache-2.0
#include <larder/async/brief_yield.hpp>

#include <gtest/gtest.h>

namespace larder::plugin {
namespace {

using namespace std::chrono_literals;

// Returns how many calls do not yield before the next one that does.
int callsWithoutYield(YieldBackOff& back_off) {
  int calls = 0;
  while (!back_off.mayYield()) ++calls;
  return calls;
}

TEST(YieldBackOff, LetsAThreadYieldAsLongAsItsYieldsAreBrief) {
  YieldBackOff back_off;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(back_off.mayYield());
    EXPECT_TRUE(back_off.wasBrief(100us));
  }
}

TEST(YieldBackOff, PausesTwiceAsLongAfterEachLongYieldUpTo256Calls) {
  YieldBackOff back_off;
  for (const int calls : {1, 2, 4, 8, 16, 32, 64, 128, 256, 256}) {
    EXPECT_FALSE(back_off.wasBrief(5ms));
    EXPECT_EQ(callsWithoutYield(back_off), calls);
  }
}

TEST(YieldBackOff, ForgetsLongYieldsAfterABriefOne) {
  YieldBackOff back_off;
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(back_off.wasBrief(5ms));
  EXPECT_EQ(callsWithoutYield(back_off), 4);
  EXPECT_TRUE(back_off.wasBrief(1us));
  EXPECT_FALSE(back_off.wasBrief(5ms));
  EXPECT_EQ(callsWithoutYield(back_off), 1);
}

}  // namespace
}  // namespace larder::plugin
