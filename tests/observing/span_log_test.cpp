// SPDX-License-Identifier: Apache-2.0
#include "logging/span_log.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace larder::host {
namespace {

using namespace std::chrono_literals;

http::Span span() {
  http::Span span;
  span.traceId = {0x4bf92f3577b34da6, 0xa3ce929d0e0e4736};
  span.spanId = {0xf067aa0ba902b7};
  span.name = "GET /users/{id}";
  span.kind = http::SpanKind::server;
  span.start = 1700000000123ms + 4567ns;
  span.duration = 41'250ns;
  span.attributes = {{"http.route", "/users/{id}"}, {"http.response.status_code", std::int64_t{200}}};
  return span;
}

TEST(SpanLog, WritesASpanAsALineOfJson) {
  EXPECT_EQ(formatSpan(span()),
            "{\"time\":\"2023-11-14T22:13:20.123004Z\",\"span\":\"GET /users/{id}\",\"kind\":\"server\","
            "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"span_id\":\"00f067aa0ba902b7\",\"us\":41.2,"
            "\"attributes\":{\"http.route\":\"/users/{id}\",\"http.response.status_code\":200}}\n");
}

TEST(SpanLog, WritesParentLinksAndFailureOnlyWhereThereAreAny) {
  auto waited = span();
  waited.attributes.clear();
  waited.parent = {1};
  waited.links = {{{1, 2}, {3}}, {{4, 5}, {6}}};
  waited.failed = true;

  const auto line = nlohmann::json::parse(formatSpan(waited));

  EXPECT_EQ(line["parent_span_id"], "0000000000000001");
  EXPECT_EQ(line["status"], "error");
  EXPECT_FALSE(line.contains("attributes"));
  ASSERT_EQ(line["links"].size(), 2u);
  EXPECT_EQ(line["links"][1]["trace_id"], "00000000000000040000000000000005");
  EXPECT_EQ(line["links"][1]["span_id"], "0000000000000006");
}

TEST(SpanLog, APathCannotForgeALineOrAField) {
  auto forged = span();
  forged.attributes = {{"url.path", "/\",\"x\":1\n\\\xff"}};

  const auto text = formatSpan(forged);
  const auto line = nlohmann::json::parse(text);

  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_EQ(line["attributes"]["url.path"], "/\",\"x\":1\n\\\xef\xbf\xbd");
  EXPECT_FALSE(line.contains("x"));
}

}  // namespace
}  // namespace larder::host
