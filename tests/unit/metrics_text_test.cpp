// SPDX-License-Identifier: Apache-2.0
#include "admin/metrics_text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace larder::host {
namespace {

TEST(MetricsText, WritesHelpTypeAndSamples) {
  MetricsText page;
  page.begin(MetricKind::counter, "larder_handler_executions_total", "Runs of a handler.");
  page.sample("handler", "list_users", 3);
  page.begin(MetricKind::gauge, "larder_level", "Now.");
  page.sample(-2);

  EXPECT_EQ(page.text(),
            "# HELP larder_handler_executions_total Runs of a handler.\n"
            "# TYPE larder_handler_executions_total counter\n"
            "larder_handler_executions_total{handler=\"list_users\"} 3\n"
            "# HELP larder_level Now.\n"
            "# TYPE larder_level gauge\n"
            "larder_level -2\n");
}

TEST(MetricsText, EscapesHelpAndLabels) {
  MetricsText page;
  page.begin(MetricKind::counter, "m", "a\\b\n\"c\"");
  page.sample("l", "a\\b\n\"c\"", std::numeric_limits<std::uint64_t>::max());

  EXPECT_EQ(page.text(),
            "# HELP m a\\\\b\\n\"c\"\n"
            "# TYPE m counter\n"
            "m{l=\"a\\\\b\\n\\\"c\\\"\"} 18446744073709551615\n");
}

TEST(MetricsText, WritesSeveralLabels) {
  MetricsText page;
  page.begin(MetricKind::counter, "m", "Help.");
  page.sample({{"route", "GET /users"}, {"outcome", "hit"}}, 7);

  EXPECT_TRUE(page.text().ends_with("\nm{route=\"GET /users\",outcome=\"hit\"} 7\n")) << page.text();
}

TEST(MetricsText, WritesDurationsInSeconds) {
  MetricsText page;
  page.begin(MetricKind::counter, "d_seconds_total", "Help.");
  page.duration({}, std::chrono::milliseconds(1500));

  EXPECT_TRUE(page.text().ends_with("\nd_seconds_total 1.5\n")) << page.text();
}

TEST(MetricsText, WritesAHistogramWithBucketsThatIncludeTheLowerOnes) {
  http::DurationHistogram histogram;
  for (const auto duration : {std::chrono::nanoseconds(10'000), std::chrono::nanoseconds(10'001),
                              std::chrono::nanoseconds(25'000), std::chrono::nanoseconds(11'000'000'000)})
    histogram.add(duration);
  MetricsText page;
  page.beginHistogram("d_seconds", "Help.");
  page.histogram({{"route", "GET /a"}}, histogram.counts());

  const auto has = [&](const std::string& line) {
    return page.text().find("\n" + line + "\n") != std::string::npos;
  };
  EXPECT_TRUE(has("# TYPE d_seconds histogram")) << page.text();
  EXPECT_TRUE(has("d_seconds_bucket{route=\"GET /a\",le=\"0.00001\"} 1"));
  EXPECT_TRUE(has("d_seconds_bucket{route=\"GET /a\",le=\"0.000025\"} 3"));
  EXPECT_TRUE(has("d_seconds_bucket{route=\"GET /a\",le=\"1\"} 3"));
  EXPECT_TRUE(has("d_seconds_bucket{route=\"GET /a\",le=\"10\"} 3"));
  EXPECT_TRUE(has("d_seconds_bucket{route=\"GET /a\",le=\"+Inf\"} 4"));
  EXPECT_TRUE(has("d_seconds_sum{route=\"GET /a\"} 11.000045001"));
  EXPECT_TRUE(has("d_seconds_count{route=\"GET /a\"} 4"));
}

}  // namespace
}  // namespace larder::host
