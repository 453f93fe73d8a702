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

}  // namespace
}  // namespace larder::host
