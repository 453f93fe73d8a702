// SPDX-License-Identifier: Apache-2.0
//
// Exceptions of the application never reach a plugin: they are logged.
#include <gtest/gtest.h>
#include <larder/backend.hpp>
#include <larder/extensions.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "backend/service_table.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class RecordedLog : public HostServices {
 public:
  void log(LogLevel, std::string_view, std::string_view message) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(message);
  }
  bool has(std::string_view line) {
    const std::lock_guard lock(mutex_);
    return std::find(lines_.begin(), lines_.end(), line) != lines_.end();
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

class ThrowingClock final : public Clock {
 public:
  std::chrono::nanoseconds monotonic() const override { throw std::runtime_error("no time"); }
  std::chrono::milliseconds realtime() const override { throw std::runtime_error("no date"); }
};

class ThrowingServices final : public RecordedLog {
 public:
  const Clock& clock() const override { return clock_; }
  LogLevel logLevel() const override { throw std::runtime_error("no level"); }
  void health(std::string_view, Health, std::string_view) override { throw std::runtime_error("no health"); }
  std::uint64_t registerMetric(std::string_view, MetricKind, std::string_view, std::string_view) override {
    throw 7;
  }
  void addMetric(std::uint64_t, std::uint64_t) override { throw std::runtime_error("no counter"); }
  void setMetric(std::uint64_t, std::int64_t) override { throw std::runtime_error("no gauge"); }

 private:
  ThrowingClock clock_;
};

class ServicesThatThrow : public ::testing::TestWithParam<bool> {
 protected:
  ServicesThatThrow() {
    if (GetParam()) table_.trust();
  }
  const larder_host& host() { return *table_.table(); }

  ThrowingServices services_;
  ServiceTable table_{services_, "test"};
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Untrusted, ServicesThatThrow, ::testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Trusted, ServicesThatThrow, ::testing::Values(true));

TEST_P(ServicesThatThrow, AreEachLoggedByName) {
  host().report_health(host().self, LARDER_HEALTH_DOWN, {"x", 1});
  host().add_metric(host().self, 1, 1);
  host().set_metric(host().self, 1, 1);

  EXPECT_TRUE(services_.has("HostServices::health threw: no health"));
  EXPECT_TRUE(services_.has("HostServices::addMetric threw: no counter"));
  EXPECT_TRUE(services_.has("HostServices::setMetric threw: no gauge"));
}

TEST_P(ServicesThatThrow, GiveThePluginAValidAnswer) {
  EXPECT_EQ(host().log_level(host().self), LARDER_LOG_ERROR);
  EXPECT_EQ(host().register_metric(host().self, LARDER_METRIC_GAUGE, {"m", 1}, {"h", 1}), 0U);
  EXPECT_GT(host().monotonic_ns(host().self), 0U);
  EXPECT_GT(host().realtime_ms(host().self), 0);

  EXPECT_TRUE(services_.has("HostServices::logLevel threw: no level"));
  EXPECT_TRUE(services_.has("HostServices::registerMetric threw: an exception that is no std::exception"));
  EXPECT_TRUE(services_.has("HostServices::clock threw: no time"));
  EXPECT_TRUE(services_.has("HostServices::clock threw: no date"));
}

TEST(ALogThatThrows, DoesNotReachThePlugin) {
  class ThrowingLog final : public HostServices {
    void log(LogLevel, std::string_view, std::string_view) override { throw std::runtime_error("no log"); }
  };
  ThrowingLog services;
  ServiceTable table(services, "test");

  EXPECT_NO_THROW(table.table()->log(table.table()->self, LARDER_LOG_ERROR, {"x", 1}));
}

TEST(ServicesThatAreCutOff, AreNoLongerCalled) {
  RecordedLog services;
  ServiceTable table(services, "test");
  table.cutOff();

  table.table()->log(table.table()->self, LARDER_LOG_ERROR, {"x", 1});

  EXPECT_FALSE(services.has("x"));
}

TEST(InvalidationHandlersThatThrow, AreLoggedAndCountAsLost) {
  RecordedLog services;
  const auto backend = Backend::open(PluginLibrary::load(LARDER_TELLING_PLUGIN), "telling", {}, services);
  int lost = 0;
  const auto feed =
      InvalidationFeed::open(*backend, {.changed = [](auto, auto) { throw std::runtime_error("no change"); },
                                        .cleared = [](auto) { throw std::runtime_error("no clear"); },
                                        .lost =
                                            [&lost] {
                                              ++lost;
                                              throw std::runtime_error("no loss");
                                            }});
  ASSERT_EQ(lost, 1);  // reported once at the start
  EXPECT_TRUE(services.has("InvalidationHandlers::lost threw: no loss"));

  EXPECT_EQ(backend->set("n", "k", "v").status, Status::ok);
  EXPECT_EQ(lost, 2);
  EXPECT_TRUE(services.has("InvalidationHandlers::changed threw: no change"));

  backend->perform({.code = OpCode::clearNamespace, .nameSpace = "n"}, backend->in(1s));
  EXPECT_EQ(lost, 3);
  EXPECT_TRUE(services.has("InvalidationHandlers::cleared threw: no clear"));
}
