// SPDX-License-Identifier: Apache-2.0
#include <larder/http/headers.hpp>

#include <gtest/gtest.h>

#include <array>
#include <ctime>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "http/date.hpp"

using namespace larder::http;

TEST(HttpHeaders, CompareNamesWithoutCase) {
  const Headers headers{{"Content-Type", "a"}};

  EXPECT_EQ(headers.get("content-type"), "a");
}

TEST(HttpHeaders, RefuseBytesThatWouldSplitAResponse) {
  Headers headers;

  for (const auto& value : {std::string("a\r\nSet-Cookie: x"), std::string("a\nb"), std::string("a\0b", 3)})
    EXPECT_THROW(headers.set("X-Name", value), std::invalid_argument);
  EXPECT_THROW(headers.set("X Name", "a"), std::invalid_argument);
  EXPECT_THROW(headers.set("", "a"), std::invalid_argument);
  EXPECT_THROW(headers.add("X", "a\r\nSet-Cookie: x"), std::invalid_argument);
  EXPECT_THROW((Headers{{"X", "a\r\nSet-Cookie: x"}}), std::invalid_argument);
  EXPECT_THROW(headers.add("X", "a\rb"), std::invalid_argument);
  EXPECT_EQ(headers.size(), 0u);
}

TEST(HttpHeaders, KeepTheirOrderWhenOneIsReplacedOrRemoved) {
  Headers headers{{"A", "1"}, {"b", ""}, {"a", "2"}, {"C", "long enough not to be kept in place"}};

  headers.set("a", "3");
  headers.remove("B");

  std::string all;
  for (const auto& [name, value] : headers) all.append(name).append("=").append(value).append(";");
  EXPECT_EQ(all, "C=long enough not to be kept in place;a=3;");
  EXPECT_EQ(headers.size(), 2u);
}

TEST(HttpHeaders, JoinRepeatedFields) {
  Headers headers;
  headers.add("Vary", "Accept");
  headers.add("vary", "Cookie");

  EXPECT_EQ(headers.joined("Vary"), "Accept, Cookie");
}

TEST(HttpList, IsSplitAtCommasOutsideOfQuotes) {
  EXPECT_EQ(listElements(R"( a , "b,c" ,, W/"d\"," )"),
            (std::vector<std::string_view>{"a", "\"b,c\"", "W/\"d\\\",\""}));
  EXPECT_TRUE(listElements("").empty());
}

TEST(HttpRequest, SplitsPathAndQuery) {
  const auto request = Request::of("GET", "/users?b=2&a=x%20y+z&a&=v");

  EXPECT_EQ(request.path, "/users");
  EXPECT_EQ(request.query, (std::vector<std::pair<std::string, std::string>>{
                               {"b", "2"}, {"a", "x y z"}, {"a", ""}, {"", "v"}}));
}

TEST(HttpRequest, MalformedEscapeIsNotDecoded) {
  EXPECT_EQ(percentDecode("%4"), std::nullopt);
  EXPECT_EQ(percentDecode("%zz"), std::nullopt);
  EXPECT_EQ(percentDecode("%41"), "A");
}

TEST(HttpProblem, EscapesItsTexts) {
  const auto response = Response::problem(400, "bad", "T", "say \"a\\b\"\n");

  EXPECT_EQ(response.body,
            "{\"type\":\"/problems/bad\",\"title\":\"T\",\"status\":400,\"detail\":\"say "
            "\\\"a\\\\b\\\"\\u000a\"}\n");
}

TEST(HttpDate, IsWrittenInTheFormOfTheRfc) {
  EXPECT_EQ(formatDate(std::chrono::seconds(784111777)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(HttpDate, AgreesWithTheCLibraryOnEveryDayFrom1900To2400) {
  for (std::chrono::seconds time{-2208988800}; time.count() < 13569465600;
       time += std::chrono::seconds(86399)) {
    const std::time_t seconds = time.count();
    std::tm utc{};
    ASSERT_NE(::gmtime_r(&seconds, &utc), nullptr);
    std::array<char, 64> expected{};
    std::strftime(expected.data(), expected.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);

    ASSERT_EQ(formatDate(time), expected.data()) << time.count();
  }
}

TEST(HttpDate, IsReadInItsThreeFormsAndNoOther) {
  for (const auto* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    EXPECT_EQ(parseDate(text), std::chrono::seconds(784111777)) << text;
  for (const auto* text : {"sun, 06 NOV 1994 08:49:37 gmt", "SUNDAY, 06-nov-94 08:49:37 GMT"})
    EXPECT_EQ(parseDate(text), std::chrono::seconds(784111777)) << text;
  for (const auto* text : {"",
                           "0",
                           "yesterday",
                           "784111777",
                           "Sun, 99 Foo 1994 08:49:37 GMT",
                           "Mon, 06 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37 +0000",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 GMT ",
                           "Sun, 06 Nov 1994 08:49:37 GMT, x",
                           "Sun 06 Nov 1994 08:49:37 GMT",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 94 08:49:37 GMT",
                           "Sun, 06-Nov-1994 08:49:37 GMT",
                           "Sun, 06  Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 8:49:37 GMT",
                           "Sun, 06 Nov 1994 08.49.37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:60 GMT",
                           "Sun, 30 Feb 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, -6 Nov 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sunday, 06 Nov 94 08:49:37 GMT",
                           "Monday, 06-Nov-94 08:49:37 GMT",
                           "Sun Nov 6 08:49:37 1994",
                           "Sun Nov  6 08:49:37 1994 GMT",
                           "Sunday Nov  6 08:49:37 1994",
                           "Mon Nov  6 08:49:37 1994",
                           ",",
                           "Sun,",
                           "Sun",
                           "Sun, "})
    EXPECT_FALSE(parseDate(text)) << text;
}

TEST(HttpDate, IsReadAcrossCenturiesAndAtALeapSecond) {
  const std::vector<std::pair<const char*, std::int64_t>> cases{
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
      {"Mon, 01 Jan 1900 00:00:00 GMT", -2208988800},
      {"Tue, 29 Feb 2000 12:00:00 GMT", 951825600},
      {"Tue, 19 Jan 2038 03:14:08 GMT", 2147483648},
      {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
      {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
      {"Mon Jan  1 00:00:00 1900", -2208988800},
      {"Saturday, 01-Jan-00 00:00:00 GMT", 946684800},
      {"Friday, 31-Dec-99 23:59:59 GMT", 946684799}};
  for (const auto& [text, seconds] : cases) EXPECT_EQ(parseDate(text), std::chrono::seconds(seconds)) << text;
}
