// SPDX-License-Identifier: Apache-2.0
//
// A server, or another program in its place, that answers badly: every operation ends in time with a failure
// that says so, and never with a value or a success.
#include "open_memcached.hpp"

#include "servers/memcached_server.hpp"
#include "servers/scripted_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;
using servers::ScriptedServer;
using std::chrono::steady_clock;

// A single connection, because the scripted server accepts one at a time.
const BackendSettings kOneConnection = {{"connections", {"1"}}, {"timeout", {"1s"}}};
const BackendSettings kImpatient = {{"connections", {"1"}}, {"timeout", {"100ms"}}};

std::string firstKey(std::string_view request) {
  const auto begin = request.find(' ') + 1;
  return std::string(request.substr(begin, request.find_first_of(" \r", begin) - begin));
}

TEST(BadReplies, NonsenseToEverythingIsNeverAHitOrASuccess) {
  for (const std::string& nonsense :
       {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string("\r\n"), std::string("ERROR\r\n"),
        std::string("VALUE\r\n"), std::string("VALUE x 0 99999999999999999999\r\n"),
        std::string(300, '\xff')}) {
    ScriptedServer server([&](std::string_view) { return nonsense; });
    OpenMemcached cache({server.url()}, kImpatient);

    const auto begin = steady_clock::now();
    EXPECT_TRUE(failed(cache.get("k").status)) << nonsense;
    EXPECT_TRUE(failed(cache.set("k", "value"))) << nonsense;
    EXPECT_TRUE(failed(cache.ping())) << nonsense;

    EXPECT_LT(steady_clock::now() - begin, 10s) << nonsense;
  }
}

TEST(BadReplies, AConnectionClosedWithoutAnAnswerIsAnOutage) {
  ScriptedServer server([](std::string_view) { return std::nullopt; });
  OpenMemcached cache({server.url()}, kOneConnection);

  EXPECT_EQ(cache.get("k").status, Status::unavailable);
}

TEST(BadReplies, AReplyForAnotherKeyIsRefused) {
  ScriptedServer server([](std::string_view) { return "VALUE someone-elses 0 1 7\r\nx\r\nEND\r\n"; });
  OpenMemcached cache({server.url()}, kOneConnection);

  EXPECT_EQ(cache.get("k").status, Status::protocol);
}

TEST(BadReplies, AnUnansweredWriteHasAnUnknownResult) {
  ScriptedServer server([](std::string_view request) -> std::optional<std::string> {
    if (request.starts_with("gets"))
      return "VALUE " + firstKey(request) + " 0 18 7\r\ng10000000000000001\r\nEND\r\n";
    return "";  // silence
  });
  OpenMemcached cache({server.url()}, kOneConnection);

  EXPECT_EQ(cache.set("k", "value"), Status::unknownResult);
}

TEST(BadReplies, AServerOutOfMemoryIsReportedAsSuch) {
  ScriptedServer server([](std::string_view request) -> std::optional<std::string> {
    if (request.starts_with("gets"))
      return "VALUE " + firstKey(request) + " 0 18 7\r\ng10000000000000001\r\nEND\r\n";
    return "SERVER_ERROR out of memory storing object\r\n";
  });
  OpenMemcached cache({server.url()}, kOneConnection);

  EXPECT_EQ(cache.set("k", "value"), Status::noMemory);
}

// Cuts the reply after each number of bytes in turn.
TEST(BadReplies, AReplyCutAnywhereIsNeverAShortValueOrAMiss) {
  for (std::size_t cut = 0; cut < 150; ++cut) {
    ScriptedServer server(
        [&, answered = false](std::string_view request) mutable -> std::optional<std::string> {
          if (answered || !request.starts_with("gets")) return std::nullopt;
          answered = true;
          const std::string whole =
              "VALUE " + firstKey(request) + " 0 100 7\r\n" + std::string(100, 'v') + "\r\nEND\r\n";
          return whole.substr(0, cut);
        });
    OpenMemcached cache({server.url()}, {{"connections", {"1"}}, {"timeout", {"10ms"}}});

    EXPECT_TRUE(failed(cache.get("k").status)) << "after " << cut << " bytes";
  }
}

}  // namespace
}  // namespace larder::memcached_test
