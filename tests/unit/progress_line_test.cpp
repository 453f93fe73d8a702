// SPDX-License-Identifier: Apache-2.0
#include "commands/progress_line.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

using larder::host::ProgressLine;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

class Progress : public testing::Test {
 protected:
  ProgressLine lineTo(std::uint64_t total) {
    return {"replaying", "requests", total, &out_, [this] { return now_; }};
  }

  // What was written since the last call.
  std::string shown() {
    const auto text = out_.str();
    out_.str("");
    return text;
  }

  std::ostringstream out_;
  ProgressLine::Clock::time_point now_{};
};

}  // namespace

TEST_F(Progress, ShowsShareRateAndTimeLeft) {
  auto line = lineTo(1000);
  now_ += seconds(10);
  line.reach(250);

  EXPECT_EQ(shown(), "\r\x1b[Kreplaying: 25 %, 25.0 requests/s, 30 s left");
}

TEST_F(Progress, ShowsLongTimesInMinutes) {
  auto line = lineTo(1000);
  now_ += seconds(10);
  line.reach(100, "second part");

  EXPECT_EQ(shown(), "\r\x1b[Kreplaying: 10 %, 10.0 requests/s, 1 min 30 s left  second part");
}

TEST_F(Progress, ChangesAtMostTenTimesASecond) {
  auto line = lineTo(1000);
  line.reach(0);
  EXPECT_EQ(shown(), "\r\x1b[Kreplaying: 0 %");

  now_ += milliseconds(99);
  line.reach(10);
  EXPECT_EQ(shown(), "");

  now_ += milliseconds(1);
  line.reach(20);
  EXPECT_NE(shown(), "");
}

TEST_F(Progress, ShowsEachDetail) {
  auto line = lineTo(1000);
  line.reach(0, "first");
  line.reach(0, "second");

  EXPECT_EQ(shown(), "\r\x1b[Kreplaying: 0 %  first\r\x1b[Kreplaying: 0 %  second");
}

TEST_F(Progress, IsRemovedAtTheEnd) {
  {
    auto line = lineTo(10);
    line.reach(5);
    shown();
  }
  EXPECT_EQ(shown(), "\r\x1b[K");
}

TEST_F(Progress, WritesNothingWithoutATerminal) {
  {
    ProgressLine line("replaying", "requests", 10, nullptr, [this] { return now_; });
    line.reach(5);
  }
  EXPECT_EQ(shown(), "");
}
