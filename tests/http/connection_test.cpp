// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hpp"

#include <gtest/gtest.h>

#include <string>

#include "http/body_budget.hpp"
#include "talk.hpp"

using namespace larder::http;

namespace {

// Returns the received heads in order, without the bodies.
std::size_t count(const std::string& text, const std::string& part) {
  std::size_t times = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++times;
  return times;
}

}  // namespace

TEST(Connection, AnswersPipelinedRequestsInOrder) {
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += "GET /" + std::to_string(i) + "; HTTP/1.1\r\nHost: x\r\n\r\n";

  Talk talk({});
  talk.say(bytes);

  std::size_t at = 0;
  for (int i = 0; i < 50; ++i) {
    const auto next = talk.heard().find("GET /" + std::to_string(i) + ";", at);
    ASSERT_NE(next, std::string::npos) << i;
    at = next;
  }
}

TEST(Connection, ParsesNoRequestBeforeThePreviousOneIsAnswered) {
  Connection connection({}, "", kDate);
  connection.receive("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");

  ASSERT_EQ(connection.takeRequest()->target, "/1");
  EXPECT_FALSE(connection.takeRequest());
  connection.respond(Response::text("1"));
  EXPECT_EQ(connection.takeRequest()->target, "/2");
}

TEST(Connection, StopsReadingFromAClientThatIsFarAhead) {
  Connection connection({}, "", kDate);
  connection.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(connection.takeRequest());

  EXPECT_TRUE(connection.wantsInput());
  connection.receive(std::string(64 << 10, 'a'));
  EXPECT_FALSE(connection.wantsInput());
}

TEST(Connection, TakesNoRequestWhileResponsesRemainUnread) {
  Connection connection({}, "", kDate);
  connection.receive(getWith("Host: x\r\n") + getWith("Host: x\r\n"));
  ASSERT_TRUE(connection.takeRequest());
  connection.respond(Response::text(std::string(100'000, 'a')));

  EXPECT_FALSE(connection.takeRequest());
  connection.sent(connection.output().size());
  EXPECT_TRUE(connection.takeRequest());
}

TEST(Connection, ClosesAfterTheResponseIfTheClientAsksForIt) {
  for (const std::string head :
       {"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Keep-Alive, CLOSE\r\n\r\n"}) {
    forEachCut(head + kHidden, {}, [&](Talk& talk, const std::string& how) {
      ASSERT_EQ(talk.asked().size(), 1u) << how << head;
      ASSERT_EQ(count(talk.heard(), "\r\nConnection: close\r\n"), 1u) << how << head;
      ASSERT_TRUE(talk.closed()) << how << head;
    });
  }
}

TEST(Connection, SendsKeepAliveOnlyToVersion10) {
  Talk old({});
  Talk current({});

  EXPECT_NE(
      old.say("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").heard().find("Connection: keep-alive\r\n"),
      std::string::npos);
  EXPECT_EQ(current.say(getWith("Host: x\r\n")).heard().find("Connection:"), std::string::npos);
}

TEST(Connection, AnswersHeadWithTheLengthAndWithoutTheBody) {
  Talk talk({});
  talk.say("HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_NE(talk.heard().find("\r\nContent-Length: 8\r\n"), std::string::npos) << talk.heard();
  EXPECT_TRUE(talk.heard().ends_with("\r\n\r\n")) << talk.heard();
}

TEST(Connection, Sends100ContinueIfTheClientWaits) {
  Talk talk({});
  talk.say(post("Content-Length: 3\r\nExpect: 100-continue\r\n"));
  ASSERT_EQ(talk.heard(), "HTTP/1.1 100 Continue\r\n\r\n");

  EXPECT_EQ(talk.say("abc").asked(), std::vector<std::string>{"POST / abc"});
}

TEST(Connection, SendsNo100ContinueForAReceivedBodyOrVersion10) {
  Talk there({});
  Talk old({});

  EXPECT_EQ(there.say(post("Content-Length: 3\r\nExpect: 100-continue\r\n", "abc")).heard().find(" 100 "),
            std::string::npos);
  EXPECT_EQ(old.say("POST / HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n").heard(), "");
}

TEST(Connection, AnAbsoluteTargetNamesTheHost) {
  Connection connection({}, "", kDate);
  connection.receive("GET http://y:80/a HTTP/1.1\r\nHost: x\r\n\r\n");
  const auto request = connection.takeRequest();

  ASSERT_TRUE(request);
  EXPECT_EQ(request->headers.get("Host"), "y:80");
  EXPECT_EQ(request->path, "/a");
}

TEST(Connection, PassesOnFieldsInOrderWithTrimmedValues) {
  Connection connection({}, "192.0.2.1", kDate);
  connection.receive(getWith("Host: x\r\nB:  two words\t\r\nA:\r\nB: 2\r\n"));
  const auto request = connection.takeRequest();

  ASSERT_TRUE(request);
  const std::vector<Headers::Field> fields(request->headers.begin(), request->headers.end());
  EXPECT_EQ(fields, (std::vector<Headers::Field>{{"Host", "x"}, {"B", "two words"}, {"A", ""}, {"B", "2"}}));
  EXPECT_EQ(request->clientAddress, "192.0.2.1");
}

TEST(Connection, AnswersAClientThatHasEndedItsInput) {
  Talk talk({});
  talk.say(getWith("Host: x\r\n"));
  Talk early({});
  early.connection().receive(getWith("Host: x\r\n") + getWith("Host: x\r\n"));
  early.end();

  EXPECT_TRUE(talk.end().closed());
  EXPECT_EQ(early.asked().size(), 2u);
  EXPECT_EQ(count(early.heard(), "Connection: close"), 1u);
  EXPECT_TRUE(early.closed());
}

TEST(Connection, RefusesATruncatedRequest) {
  for (const std::string part : {"GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n",
                                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab"}) {
    Talk talk({});
    talk.say(part).end();
    EXPECT_TRUE(talk.heard().starts_with("HTTP/1.1 400 ")) << part;
    EXPECT_TRUE(talk.closed() && talk.asked().empty()) << part;
  }
}

TEST(Connection, AnswersASlowClientWith408AndAnIdleOneWithNothing) {
  Talk head({});
  Talk idle({});
  head.say("GET /").connection().timeOut();
  idle.say(getWith("Host: x\r\n")).connection().timeOut();

  EXPECT_EQ(head.say("").connection().refusedWith(), 408);
  EXPECT_TRUE(head.heard().starts_with("HTTP/1.1 408 ")) << head.heard();
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(count(idle.say("").heard(), "HTTP/1.1 "), 1u);
}

TEST(Connection, FinishesOnlyTheRequestInFlight) {
  Connection connection({}, "", kDate);
  connection.receive(getWith("Host: x\r\n") + kHidden);
  ASSERT_TRUE(connection.takeRequest());
  connection.finish();
  connection.respond(Response::text("a"));

  EXPECT_FALSE(connection.takeRequest());
  EXPECT_EQ(connection.phase(), Connection::Phase::closing);
}

TEST(Connection, RepeatsNothingOfARefusedRequest) {
  Talk talk({});
  talk.say("GET /<script> HTTP/1.1\r\nHost: <script>\r\n\r\n");

  EXPECT_TRUE(talk.heard().starts_with("HTTP/1.1 400 "));
  EXPECT_EQ(talk.heard().find("script"), std::string::npos);
}

TEST(Connection, AnEmptyLineBeforeARequestDoesNotBeginOne) {
  for (const std::string waiting : {"\r", "\r\n", "\r\n\r\n"}) {
    Talk talk({});
    talk.say(getWith("Host: x\r\n")).say(waiting);
    const auto requests = talk.connection().requests();

    EXPECT_EQ(talk.connection().phase(), Connection::Phase::idle);
    talk.connection().timeOut();
    EXPECT_TRUE(talk.closed());
    EXPECT_EQ(requests, 1u);
    EXPECT_EQ(talk.connection().refusedWith(), std::nullopt);
  }
}

TEST(Connection, RefusesATooLargeChunkBeforeItsBytesArrive) {
  const RequestLimits limits{.maxBody = 10};
  for (const std::string chunks : {"b\r\n", "5\r\nabcde\r\n6\r\n", "ffffffffffffffff\r\n"}) {
    forEachCut(post("Transfer-Encoding: chunked\r\n", chunks), limits,
               [&](Talk& talk, const std::string& how) {
                 ASSERT_EQ(talk.connection().refusedWith(), 413) << how << chunks;
                 ASSERT_TRUE(talk.asked().empty()) << how << chunks;
               });
  }
}

TEST(Connection, HoldsBoundedMemoryForAClientThatPipelinesAndNeverReads) {
  Connection connection({}, "", kDate);
  for (int i = 0; i < 20'000; ++i) {
    connection.receive(getWith("Host: x\r\n"));
    ASSERT_TRUE(connection.takeRequest());
    ASSERT_TRUE(connection.respond(Response::text(std::string(100, 'b'))));
    if (connection.output().size() > 1000) connection.sent(connection.output().size() - 1);
  }

  EXPECT_LT(connection.output().memory(), 64u << 10);
  EXPECT_GT(connection.output().size(), 0u);
}

TEST(Connection, RefusesABodyBeyondTheSharedMemory) {
  const auto bodies = std::make_shared<BodyBudget>(100);
  Connection first({}, "", kDate, bodies);
  Connection second({}, "", kDate, bodies);
  first.receive(post("Content-Length: 80\r\n", std::string(80, 'a')));
  second.receive(post("Content-Length: 30\r\n", std::string(30, 'b')));
  EXPECT_EQ(second.refusedWith(), 503);

  ASSERT_TRUE(first.takeRequest());
  first.respond(Response::text("done"));
  Connection third({}, "", kDate, bodies);
  third.receive(post("Content-Length: 100\r\n", std::string(100, 'c')));
  EXPECT_TRUE(third.takeRequest());
}

TEST(Connection, ReleasesTheMemoryOfItsBodyWhenItEnds) {
  const auto bodies = std::make_shared<BodyBudget>(100);
  {
    Connection ended_early({}, "", kDate, bodies);
    ended_early.receive(post("Content-Length: 100\r\n", std::string(90, 'a')));
  }
  EXPECT_TRUE(bodies->take(100));
}
