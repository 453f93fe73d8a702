// SPDX-License-Identifier: Apache-2.0
#include <larder/http/poco_server.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "servers/loopback.hpp"
#include "servers/text.hpp"

using namespace larder::http;
using namespace std::chrono_literals;

namespace {

using larder::servers::contains;

// An echo server, and a client that sends raw bytes.
class PocoFront : public ::testing::Test {
 protected:
  std::string exchange(const std::string& bytes) {
    return larder::servers::exchange(server_.port(), bytes, 10s);
  }

  std::atomic<int> handled_{0};
  PocoServer server_{[this](Request request) {
                       ++handled_;
                       if (request.path == "/none") return Response::noContent();
                       if (request.path == "/dated")
                         return Response{200, {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}}, "old"};
                       return Response::text(request.method + " " + request.target + " " + request.body);
                     },
                     {.address = "127.0.0.1:0", .workers = 4, .maxBody = 100}};
};

}  // namespace

TEST_F(PocoFront, PassesOnMethodTargetAndBody) {
  const auto answer =
      exchange("POST /a?b=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");

  EXPECT_TRUE(contains(answer, "HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(contains(answer, "POST /a?b=1 body")) << answer;
  EXPECT_TRUE(contains(answer, "Date: ")) << answer;
}

TEST_F(PocoFront, ReadsAChunkedBody) {
  const auto answer = exchange(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n");

  EXPECT_TRUE(contains(answer, "POST / abcd")) << answer;
}

TEST_F(PocoFront, AnswersHeadWithTheLengthAndWithoutTheBody) {
  const auto answer = exchange("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(contains(answer, "Content-Length: 8\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(PocoFront, Sends204WithoutALength) {
  const auto answer = exchange("GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(contains(answer, "HTTP/1.1 204 No Content\r\n")) << answer;
  EXPECT_FALSE(contains(answer, "Content-Length")) << answer;
}

TEST_F(PocoFront, SendsOnlyTheDateOfTheResponse) {
  const auto answer = exchange("GET /dated HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  const auto date = answer.find("Date: ");
  EXPECT_TRUE(contains(answer, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")) << answer;
  EXPECT_EQ(answer.find("Date: ", date + 1), std::string::npos) << answer;
}

TEST_F(PocoFront, KeepsAConnectionForTheNextRequest) {
  const auto answer =
      exchange("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(contains(answer, "GET /1 ") && contains(answer, "GET /2 ")) << answer;
}

TEST_F(PocoFront, RefusesABodyOverTheLimitAndRunsNothing) {
  const auto answer =
      exchange("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'));

  EXPECT_TRUE(contains(answer, "HTTP/1.1 413 ")) << answer;
  EXPECT_EQ(handled_, 0);
}

TEST_F(PocoFront, RefusesUnclearFramingAndNeverRunsWhatFollows) {
  const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";
  for (const std::string fields :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 0\r\nContent-Length: 4\r\n",
        "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Length: 1,0\r\n",
        "Transfer-Encoding: gzip\r\n"}) {
    const auto answer = exchange("POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n0\r\n\r\n" + hidden);

    EXPECT_FALSE(contains(answer, "/hidden")) << fields << answer;
    EXPECT_TRUE(contains(answer, " 400 ")) << fields << answer;
  }
}

TEST_F(PocoFront, DrainsABodyThatTheHandlerDoesNotWant) {
  const std::string hidden = "GET /hidden HTTP/1.1\r\n\r\n";
  const auto answer = exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                               std::to_string(hidden.size()) + "\r\n\r\n" + hidden);

  EXPECT_EQ(handled_, 1);
  EXPECT_TRUE(contains(answer, "GET /a ")) << answer;
}

TEST(PocoServerStart, NamesTheAddressInUse) {
  const auto handle = [](const Request&) { return Response(); };
  PocoServer first(handle, {.address = "127.0.0.1:0"});
  try {
    PocoServer second(handle, {.address = first.address()});
    FAIL() << "bound twice";
  } catch (const std::runtime_error& error) {
    EXPECT_TRUE(contains(error.what(), "cannot listen on " + first.address())) << error.what();
  }
}

TEST(PocoServerStart, NamesAMalformedAddress) {
  const auto handle = [](const Request&) { return Response(); };
  for (const auto* address : {"127.0.0.1", "127.0.0.1:port", "127.0.0.1:70000"}) {
    try {
      PocoServer server(handle, {.address = address});
      FAIL() << address << " was taken";
    } catch (const std::invalid_argument& error) {
      EXPECT_TRUE(contains(error.what(), "is not an address")) << error.what();
    }
  }
}
