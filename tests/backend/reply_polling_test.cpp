// SPDX-License-Identifier: Apache-2.0
#include <larder/async/reply_polling.hpp>

#include <gtest/gtest.h>

namespace larder::plugin {
namespace {

const auto never = [] { return false; };
const auto atOnce = [] { return true; };

// Returns for how many replies the thread sleeps at once before it polls again.
int repliesWithoutPolling(ReplyPolling& polling) {
  int replies = 0;
  bool polled = false;
  for (;; ++replies) {
    polling.poll([&polled] {
      polled = true;
      return false;
    });
    if (polled) return replies;
  }
}

TEST(ReplyPolling, AsksUntilTheReplyHasArrived) {
  ReplyPolling polling;
  int asked = 0;
  EXPECT_TRUE(polling.poll([&asked] { return ++asked == 3; }));
  EXPECT_EQ(asked, 3);
}

TEST(ReplyPolling, GivesUpAfterALimitedNumberOfPolls) {
  ReplyPolling polling;
  int asked = 0;
  EXPECT_FALSE(polling.poll([&asked] { return ++asked > 1000; }));
  EXPECT_LE(asked, 100);
}

TEST(ReplyPolling, PausesTwiceAsLongAfterEachLateReplyUpTo256Replies) {
  ReplyPolling polling;
  EXPECT_FALSE(polling.poll(never));
  for (const int replies : {1, 2, 4, 8, 16, 32, 64, 128, 256, 256})
    EXPECT_EQ(repliesWithoutPolling(polling), replies);
}

TEST(ReplyPolling, ResumesFullyAfterAReplyThatArrivedInTime) {
  ReplyPolling polling;
  EXPECT_FALSE(polling.poll(never));
  EXPECT_EQ(repliesWithoutPolling(polling), 1);
  EXPECT_EQ(repliesWithoutPolling(polling), 2);
  while (!polling.poll(atOnce)) {
  }
  EXPECT_FALSE(polling.poll(never));
  EXPECT_EQ(repliesWithoutPolling(polling), 1);
}

}  // namespace
}  // namespace larder::plugin
