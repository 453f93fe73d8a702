// SPDX-License-Identifier: Apache-2.0
#include <larder/http/trace_context.hpp>

#include <gtest/gtest.h>

#include <string>

#include <larder/http/request.hpp>

namespace larder::http {
namespace {

const std::string kValid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string with(std::size_t at, char c) {
  auto text = kValid;
  text[at] = c;
  return text;
}

bool isHexDigit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool isDash(std::size_t at) { return at == 2 || at == 35 || at == 52; }

TEST(Traceparent, IsParsedAndFormatted) {
  const auto context = parseTraceparent(kValid);

  ASSERT_TRUE(context);
  EXPECT_EQ(toHex(context->traceId), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(toHex(context->spanId), "00f067aa0ba902b7");
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(context->traceparent(), kValid);
}

TEST(Traceparent, OfVersion00IsAcceptedForExactlyTheBytesOfTheGrammar) {
  for (std::size_t at = 2; at < kValid.size(); ++at)
    for (int byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      const bool expected = isDash(at) ? c == '-' : isHexDigit(c);
      EXPECT_EQ(parseTraceparent(with(at, c)).has_value(), expected) << at << " " << byte;
    }
}

TEST(Traceparent, HasAnyVersionButFf) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      auto text = with(0, static_cast<char>(first));
      text[1] = static_cast<char>(second);
      const bool expected = isHexDigit(text[0]) && isHexDigit(text[1]) && !text.starts_with("ff");
      EXPECT_EQ(parseTraceparent(text).has_value(), expected) << text;
    }
}

TEST(Traceparent, OfEveryOtherLengthIsInvalidInVersion00) {
  for (std::size_t size = 0; size < kValid.size(); ++size)
    EXPECT_FALSE(parseTraceparent(kValid.substr(0, size))) << size;
  EXPECT_FALSE(parseTraceparent(kValid + "-"));
  EXPECT_FALSE(parseTraceparent(kValid + "-00"));
  EXPECT_FALSE(parseTraceparent(kValid + " "));
  EXPECT_FALSE(parseTraceparent(" " + kValid));
}

TEST(Traceparent, OfALaterVersionMayHaveMoreFields) {
  const auto later = "cc" + kValid.substr(2);

  EXPECT_TRUE(parseTraceparent(later));
  EXPECT_TRUE(parseTraceparent(later + "-what-the-future-brings"));
  EXPECT_FALSE(parseTraceparent(later + ".what"));
  EXPECT_FALSE(parseTraceparent(later + "0"));
  EXPECT_EQ(parseTraceparent(later)->traceparent(), kValid);
}

TEST(Traceparent, WithAnIdOfZerosIsInvalid) {
  const std::string trace(32, '0');
  const std::string span(16, '0');

  EXPECT_FALSE(parseTraceparent("00-" + trace + "-00f067aa0ba902b7-01"));
  EXPECT_FALSE(parseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-" + span + "-01"));
  EXPECT_TRUE(parseTraceparent("00-" + trace.substr(1) + "1-" + span.substr(1) + "1-00"));
  EXPECT_TRUE(parseTraceparent("00-1" + trace.substr(1) + "-1" + span.substr(1) + "-00"));
}

TEST(Traceparent, IsSampledIfTheLowestFlagIsSet) {
  const auto sampled = [](const std::string& flags) {
    return parseTraceparent(kValid.substr(0, 53) + flags)->sampled;
  };

  EXPECT_TRUE(sampled("01"));
  EXPECT_TRUE(sampled("ff"));
  EXPECT_FALSE(sampled("00"));
  EXPECT_FALSE(sampled("fe"));
}

TEST(TraceContextIn, TakesTracestateUnchanged) {
  Headers headers{
      {"Traceparent", kValid}, {"tracestate", "rojo=00f067aa0ba902b7"}, {"Tracestate", "congo=t61rcWkgMzE"}};

  EXPECT_EQ(traceContextIn(headers)->state, "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE");
}

TEST(TraceContextIn, IsNoneWithoutExactlyOneValidTraceparent) {
  EXPECT_FALSE(traceContextIn({{"tracestate", "rojo=1"}}));
  EXPECT_FALSE(traceContextIn({{"traceparent", "00-1-2-01"}, {"tracestate", "rojo=1"}}));
  EXPECT_FALSE(traceContextIn({{"traceparent", kValid}, {"traceparent", kValid}}));
  EXPECT_FALSE(traceContextIn({{"traceparent", kValid}, {"traceparent", ""}}));
}

TEST(TraceContextIn, IsThatOfARequestThatNobodyTraces) {
  auto request = Request::of("GET", "/");
  EXPECT_FALSE(request.traceContext());

  request.headers.add("traceparent", kValid);

  EXPECT_EQ(request.traceContext()->traceparent(), kValid);
}

}  // namespace
}  // namespace larder::http
