// SPDX-License-Identifier: Apache-2.0
#include "logging/logger.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "logging/backend_reports.hpp"
#include "logging/log_limit.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kTime{1'795'431'600'123};

// The destination of a logger in a test.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_NONBLOCK) != 0) throw std::runtime_error("no pipe");
  }
  ~Pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int input() const { return ends_[1]; }

  /// Reads once: returns the output of one write, if nothing else was written.
  std::string read() const {
    std::array<char, 8192> bytes{};
    const auto size = ::read(ends_[0], bytes.data(), bytes.size());
    return size > 0 ? std::string(bytes.data(), static_cast<std::size_t>(size)) : std::string();
  }

 private:
  std::array<int, 2> ends_{};
};

std::string withoutTime(const std::string& line) {
  return line.substr(std::min(line.find(' '), line.size()));
}

TEST(LogLine, HasTimeLevelComponentMessageAndFields) {
  EXPECT_EQ(formatLogLine(kTime, LogLevel::info, "serve", "listening", {{"address", "127.0.0.1:8080"}}),
            "2026-11-23T11:00:00.123Z info serve: listening address=127.0.0.1:8080\n");
}

TEST(LogLine, QuotesValuesThatWouldBeAmbiguous) {
  EXPECT_EQ(
      withoutTime(formatLogLine(kTime, LogLevel::warning, "c", "m",
                                {{"a", ""}, {"b", "x y"}, {"c", "say \"hi\""}, {"d", "k=v"}, {"e", "\\"}})),
      " warning c: m a=\"\" b=\"x y\" c=\"say \\\"hi\\\"\" d=\"k=v\" e=\"\\\\\"\n");
}

TEST(LogLine, CannotBeForgedByControlCharacters) {
  EXPECT_EQ(withoutTime(formatLogLine(kTime, LogLevel::error, "c", "one\ntwo\x1b[2J\r", {{"f", "a\nb\x7f"}})),
            " error c: one\\ntwo\\x1b[2J\\x0d f=a\\nb\\x7f\n");
}

TEST(LogLine, IsCutAtTheSizeOfAnAtomicWrite) {
  const auto line = formatLogLine(kTime, LogLevel::info, "c", std::string(10'000, 'x'), {});

  EXPECT_EQ(line.size(), 4096u);
  EXPECT_TRUE(line.ends_with("x...\n"));
}

TEST(Logger, DropsLinesBelowItsLevel) {
  const Pipe pipe;
  const Logger logger(LogLevel::warning, pipe.input());

  logger.log(LogLevel::info, "c", "dropped");
  logger.log(LogLevel::warning, "c", "kept");

  EXPECT_EQ(withoutTime(pipe.read()), " warning c: kept\n");
}

TEST(Logger, KeepsLinesOfThreadsWhole) {
  const Pipe pipe;
  const Logger logger(LogLevel::info, pipe.input());

  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&logger] {
        for (int k = 0; k < 20; ++k) logger.log(LogLevel::info, "c", "m", {{"k", "v"}});
      });
  }
  std::string all;
  for (std::string part = pipe.read(); !part.empty(); part = pipe.read()) all += part;

  int lines = 0;
  for (std::size_t begin = 0; begin < all.size(); ++lines) {
    const auto end = all.find('\n', begin) + 1;
    ASSERT_EQ(withoutTime(all.substr(begin, end - begin)), " info c: m k=v\n");
    begin = end;
  }
  EXPECT_EQ(lines, 80);
}

TEST(LogLimit, AdmitsOneLinePerInterval) {
  LogLimit limit(1s);
  const auto start = LogLimit::Clock::now();

  EXPECT_TRUE(limit.admits(start));
  EXPECT_FALSE(limit.admits(start + 999ms));
  EXPECT_TRUE(limit.admits(start + 1s));
}

TEST(BackendReports, LogsAChangeOfHealthOnce) {
  const Pipe pipe;
  const Logger logger(LogLevel::info, pipe.input());
  BackendReports reports(logger);

  reports.health("redis", Health::down, "connection refused");
  EXPECT_EQ(withoutTime(pipe.read()), " warning backend redis: is down reason=\"connection refused\"\n");
  reports.health("redis", Health::down, "connection refused");
  EXPECT_EQ(pipe.read(), "");
  EXPECT_EQ(reports.healthOf("redis"), Health::down);

  reports.health("redis", Health::up, "connected");
  EXPECT_EQ(withoutTime(pipe.read()), " info backend redis: is up reason=connected\n");
  EXPECT_EQ(reports.healthOf("redis"), Health::up);
}

TEST(BackendReports, KeepMetricsByBackendAndName) {
  const Logger logger(LogLevel::error);
  BackendReports reports(logger);

  const auto counter = reports.registerMetric("redis", MetricKind::counter, "retries_total", "Retries.");
  const auto gauge = reports.registerMetric("redis", MetricKind::gauge, "connections", "Open ones.");
  reports.addMetric(counter, 2);
  reports.addMetric(counter, 3);
  reports.setMetric(gauge, -1);

  const auto metrics = reports.metrics();
  ASSERT_EQ(metrics.size(), 2u);
  EXPECT_EQ(metrics[0].name, "connections");
  EXPECT_EQ(metrics[0].value, -1);
  EXPECT_EQ(metrics[1].name, "retries_total");
  EXPECT_EQ(metrics[1].value, 5);
}

TEST(BackendReports, RefuseMetricsThatTheyCannotShow) {
  const Logger logger(LogLevel::error);
  BackendReports reports(logger);
  const auto counter = reports.registerMetric("b", MetricKind::counter, "good_total", "");

  EXPECT_EQ(reports.registerMetric("b", MetricKind::counter, "Bad Name", ""), 0u);
  EXPECT_EQ(reports.registerMetric("b", MetricKind::gauge, "good_total", ""), 0u);
  EXPECT_EQ(reports.registerMetric("b", MetricKind::counter, "good_total", ""), counter);
  reports.addMetric(0, 1);
  reports.addMetric(counter + 1, 1);
  reports.setMetric(counter, 7);

  EXPECT_EQ(reports.metrics().at(0).value, 0);
}

}  // namespace
}  // namespace larder::host
