// SPDX-License-Identifier: Apache-2.0
#include <larder/async/caller_signal.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

namespace larder::plugin {
namespace {

using namespace std::chrono_literals;

std::uint32_t awaitNumber(CallerSignal& signal) {
  for (;;)
    if (const auto number = signal.await(20s); number != 0) return number;
}

TEST(CallerSignal, ReturnsNothingAfterItsTimeout) {
  CallerSignal signal;
  EXPECT_EQ(signal.await(1ms), 0U);
  EXPECT_EQ(signal.number(), 0U);
}

TEST(CallerSignal, ReturnsANumberThatWasSentBefore) {
  CallerSignal signal;
  signal.send(2);
  EXPECT_EQ(signal.number(), 2U);
  EXPECT_EQ(signal.await(20s), 2U);
}

TEST(CallerSignal, WakesAThreadThatHasSleptBefore) {
  CallerSignal signal;
  EXPECT_EQ(signal.await(1ms), 0U);
  std::thread sender([&signal] { signal.send(1); });
  EXPECT_EQ(awaitNumber(signal), 1U);
  sender.join();
}

TEST(CallerSignal, MayBeFreedByTheWaitingThreadWhileSendReturns) {
  for (std::uint32_t i = 1; i <= 2000; ++i) {
    auto signal = std::make_unique<CallerSignal>();
    std::thread sender([&to = *signal, i] { to.send(i); });
    EXPECT_EQ(awaitNumber(*signal), i);
    signal.reset();
    sender.join();
  }
}

}  // namespace
}  // namespace larder::plugin
