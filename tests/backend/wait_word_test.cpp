// SPDX-License-Identifier: Apache-2.0
#include "backend/wait_word.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "waiting/waiting_call.hpp"

using larder::WaitWord;
using namespace std::chrono_literals;

TEST(WaitWords, DoNotWaitAfterASignalThatCameFirst) {
  WaitWord word;
  word.signal();

  EXPECT_TRUE(word.waitFor(0ns));
  EXPECT_TRUE(word.signalled());
}

TEST(WaitWords, TimeOutAndMayBeWaitedForAgain) {
  WaitWord word;

  EXPECT_FALSE(word.waitFor(1ms));
  EXPECT_FALSE(word.waitFor(-1ms));
  word.signal();
  EXPECT_TRUE(word.waitFor(1ms));
}

TEST(WaitWords, WakeAWaiterWithALongTimeout) {
  WaitWord word;
  larder::tests::WaitingCall waiter([&word] { word.wait(); });
  EXPECT_TRUE(waiter.waits());

  word.signal();
  waiter.finish();
}

// The waiter frees the word without further synchronization: a caller may free everything as soon as it
// has its result.
TEST(WaitWords, MayBeFreedByTheWaiterWhileTheSignalReturns) {
  for (int i = 0; i < 2000; ++i) {
    auto word = std::make_unique<WaitWord>();
    std::thread signaller([raw = word.get()] { raw->signal(); });
    word->wait();
    word.reset();
    signaller.join();
  }
}
