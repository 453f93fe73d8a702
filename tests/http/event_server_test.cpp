// SPDX-License-Identifier: Apache-2.0
#include <larder/http/event_server.hpp>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <larder/worker_pool.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "http/socket.hpp"
#include "servers/loopback.hpp"
#include "servers/text.hpp"
#include "waiting/eventually.hpp"

using namespace larder::http;
using namespace std::chrono_literals;
using larder::tests::Socket;

namespace {

using larder::servers::contains;
using larder::tests::eventually;

std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

// A door that handlers wait at.
class Door {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    opened_.wait_for(lock, 30s, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  int waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
  int waiting_ = 0;
};

// /worker is answered on another thread, /door on another thread once the door opens, /blocks holds its loop
// until then, and everything else is answered immediately.
class EventFront : public ::testing::Test {
 protected:
  static EventServerOptions options() { return {.address = "127.0.0.1:0", .loops = 2}; }

  void start(const EventServerOptions& options) {
    server_.emplace(
        [this](Request&& request, Responder& responder) { answer(std::move(request), responder); }, options);
  }

  void answer(Request request, Responder& responder) {
    ++handled_;
    if (request.path == "/throws") throw std::runtime_error("from a handler");
    if (request.path == "/ignores") return;
    if (request.path == "/blocks") door_.pass();
    if (request.path == "/at-once") {
      responder.respond(Response::text("at once " + request.body));
      return responder.respond(Response::text("twice"));
    }
    answerLater(request, responder.later());
  }

  void answerLater(const Request& request, const Respond& respond) {
    if (request.path == "/drops") return;
    if (request.path == "/throws-later") throw std::runtime_error("from a handler");
    if (request.path == "/none") return respond(Response::noContent());
    if (request.path == "/unchanged") return respond({304, {}, "body"});
    if (request.path == "/no-status") return respond({99, {}, ""});
    if (request.path == "/splits") return respond({200, {{"X", "a\r\nSet-Cookie: b"}}, ""});
    if (request.path == "/large") return respond(Response::text(std::string(32 << 20, 'l')));
    if (request.path == "/twice") {
      respond(Response::text("first"));
      return respond(Response::text("second"));
    }
    if (request.path == "/worker" || request.path == "/door") {
      const bool posted = workers_.post([this, request, respond] {
        if (request.path == "/door") door_.pass();
        respond(Response::text("by a worker, " + request.body));
      });
      if (!posted) respond(Response::unavailable("overloaded", "Service Unavailable", "Try again later."));
      return;
    }
    respond(Response::text(request.method + " " + request.target + " " + request.body));
  }

  std::string exchange(const std::string& bytes) {
    return larder::servers::exchange(server_->port(), bytes, 10s);
  }
  // Sends one request on its own connection.
  std::string ask(const std::string& target) { return exchange(get(target, "Connection: close\r\n")); }

  std::atomic<int> handled_{0};
  Door door_;
  larder::WorkerPool workers_{"test-worker", 60, 200};
  std::optional<EventServer> server_;
};

}  // namespace

TEST_F(EventFront, AnswersInlineAndFromOtherThreads) {
  start(options());

  EXPECT_TRUE(contains(ask("/a?b=1"), "GET /a?b=1"));
  EXPECT_TRUE(contains(ask("/worker"), "by a worker"));
}

TEST_F(EventFront, AnswersPipelinedRequestsInOrderFromAnyThread) {
  start(options());
  const auto answer = exchange(get("/1") + get("/worker") + get("/2") + get("/3", "Connection: close\r\n"));

  const auto first = answer.find("GET /1");
  const auto second = answer.find("by a worker");
  const auto third = answer.find("GET /2");
  const auto fourth = answer.find("GET /3");
  EXPECT_TRUE(first < second && second < third && third < fourth && fourth != std::string::npos) << answer;
}

TEST_F(EventFront, AnswersEveryPipelinedRequest) {
  start(options());
  std::string many;
  for (int i = 0; i < 5000; ++i) many += get("/" + std::string(30, 'a'));
  Socket client(server_->port());
  std::thread sender([&] { client.send(many + get("/last", "Connection: close\r\n")); });
  const auto answer = client.rest();
  sender.join();

  EXPECT_TRUE(contains(answer, "GET /last"));
  EXPECT_EQ(handled_, 5001);
}

TEST_F(EventFront, KeepsFiveHundredConnectionsAndAnswersThemAll) {
  start(options());
  std::vector<Socket> clients;
  for (int i = 0; i < 500; ++i) clients.emplace_back(server_->port());
  for (int round = 0; round < 3; ++round) {
    for (auto& client : clients) ASSERT_TRUE(client.send(get("/" + std::to_string(round))));
    for (auto& client : clients) ASSERT_TRUE(contains(client.response(), "GET /" + std::to_string(round)));
  }

  EXPECT_EQ(server_->counts().openConnections, 500u);
  EXPECT_EQ(server_->counts().requests, 1500u);
}

// For ready sockets, a loop reads a few KiB from each client before it processes any of it.
TEST_F(EventFront, AnswersManyClientsThatBecomeReadyTogether) {
  auto one_loop = options();
  one_loop.loops = 1;
  start(one_loop);
  Socket blocking(server_->port());
  blocking.send(get("/blocks"));
  ASSERT_TRUE(eventually([&] { return door_.waiting() > 0; }));
  std::vector<Socket> clients;
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < 100; ++i) {
    bodies.emplace_back(3900 + 4 * i, static_cast<char>('a' + i % 26));
    const auto head = "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: ";
    auto& client = clients.emplace_back(server_->port());
    ASSERT_TRUE(client.send(head + std::to_string(bodies[i].size()) + "\r\n\r\n" + bodies[i]));
    if (i % 10 == 0) client.endSending();
  }
  door_.open();

  for (std::size_t i = 0; i < clients.size(); ++i)
    EXPECT_TRUE(contains(clients[i].response(), "POST /" + std::to_string(i) + " " + bodies[i])) << i;
}

TEST_F(EventFront, AnswersANewRequestWhileHundredsAreSlow) {
  start(options());
  std::vector<Socket> slow;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(slow.emplace_back(server_->port()).send("GET / HTTP/1.1\r\nX: "));
    ASSERT_TRUE(slow.emplace_back(server_->port())
                    .send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"));
    ASSERT_TRUE(slow.emplace_back(server_->port()).isConnected());
  }
  ASSERT_TRUE(eventually([&] { return server_->counts().openConnections == 300; }));

  EXPECT_TRUE(contains(ask("/fresh"), "GET /fresh"));
  EXPECT_TRUE(contains(ask("/worker"), "by a worker"));
}

TEST_F(EventFront, CutsOffAClientThatIsSlowWithAHeadOrABody) {
  auto options = EventFront::options();
  options.deadlines.head = options.deadlines.body = 200ms;
  start(options);
  Socket head(server_->port());
  Socket body(server_->port());
  head.send("GET / HTTP/1.1\r\nX: ");
  body.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");

  EXPECT_TRUE(head.rest().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(body.rest().starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(handled_, 0);
  EXPECT_TRUE(eventually([&] { return server_->counts().refused[408] == 2; }));
}

TEST_F(EventFront, ADeadlineIsNotExtendedByOccasionalBytes) {
  auto options = EventFront::options();
  options.deadlines.head = 300ms;
  start(options);
  Socket client(server_->port());
  client.send("GET / HTTP/1.1\r\n");
  int fields = 0;
  while (fields < 200 && client.send("A: b\r\n")) {
    ++fields;
    std::this_thread::sleep_for(50ms);  // the pace of a slow client
    if (server_->counts().cutOff > 0) break;
  }

  EXPECT_LT(fields, 100);  // otherwise the limit on fields has ended it
  EXPECT_TRUE(client.rest().starts_with("HTTP/1.1 408 "));
}

TEST_F(EventFront, ClosesAnIdleConnectionWithoutAResponse) {
  auto options = EventFront::options();
  options.deadlines.idle = 200ms;
  start(options);
  Socket unused(server_->port());
  Socket used(server_->port());
  used.send(get("/"));

  EXPECT_TRUE(contains(used.response(), "GET /"));
  EXPECT_EQ(used.rest(), "");
  EXPECT_EQ(unused.rest(), "");
}

TEST_F(EventFront, CutsOffAClientThatDoesNotReadTheResponse) {
  auto options = EventFront::options();
  options.deadlines.write = 300ms;
  start(options);
  Socket client(server_->port(), 4096);
  client.send(get("/large"));

  EXPECT_TRUE(eventually([&] { return server_->counts().cutOff == 1; }));
  EXPECT_TRUE(eventually([&] { return server_->counts().openConnections == 0; }));
}

TEST_F(EventFront, SendsALargeResponseCompletely) {
  start(options());
  Socket client(server_->port(), 4096);
  client.send(get("/large", "Connection: close\r\n"));
  const auto response = client.rest();

  EXPECT_TRUE(response.ends_with("l"));
  EXPECT_EQ(response.size() - response.find("\r\n\r\n") - 4, std::size_t{32} << 20);
}

TEST_F(EventFront, WaitsForDescriptorsWithoutSpinningAndThenContinues) {
  start(options());
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  std::vector<Socket> waiting(8);
  rlimit few = before;
  few.rlim_cur = larder::tests::openDescriptors() + 2;
  ::setrlimit(RLIMIT_NOFILE, &few);
  for (auto& client : waiting) client.connect(server_->port());
  const bool paused = eventually([&] { return server_->counts().acceptPauses > 0; });
  rusage begin{};
  rusage end{};
  ::getrusage(RUSAGE_SELF, &begin);
  std::this_thread::sleep_for(500ms);  // the time in which the loops could spin
  ::getrusage(RUSAGE_SELF, &end);
  const auto pauses = server_->counts().acceptPauses;
  ::setrlimit(RLIMIT_NOFILE, &before);

  EXPECT_TRUE(paused);
  EXPECT_LT(pauses, 100u);
  const auto spent = [](const rusage& usage) {
    return usage.ru_utime.tv_sec * 1'000'000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_sec * 1'000'000 +
           usage.ru_stime.tv_usec;
  };
  EXPECT_LT(spent(end) - spent(begin), 250'000) << "microseconds of processor time in half a second";
  for (auto& client : waiting) {
    ASSERT_TRUE(client.send(get("/after")));
    EXPECT_TRUE(contains(client.response(), "GET /after"));
  }
}

TEST_F(EventFront, LetsConnectionsOverTheLimitWaitForOthersToEnd) {
  auto options = EventFront::options();
  options.maxConnections = 2;
  start(options);
  std::optional<Socket> first(server_->port());
  Socket second(server_->port());
  Socket third(server_->port());
  third.send(get("/third"));
  ASSERT_TRUE(eventually([&] { return server_->counts().acceptPauses > 0; }));
  EXPECT_EQ(server_->counts().connections, 2u);

  first.reset();
  EXPECT_TRUE(contains(third.response(), "GET /third"));
}

TEST_F(EventFront, StopFinishesOnlyRequestsInFlight) {
  start(options());
  std::vector<Socket> under_way;
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(under_way.emplace_back(server_->port()).send(get("/door")));
  std::vector<Socket> slow;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(slow.emplace_back(server_->port()).send("GET / HTTP/1.1\r\nX: "));
  ASSERT_TRUE(eventually([&] { return door_.waiting() == 50; }));

  std::atomic<bool> stopped{false};
  std::thread stopper([&] {
    server_->stop(10s);
    stopped = true;
  });
  for (auto& client : slow) EXPECT_TRUE(client.isClosed());
  EXPECT_FALSE(stopped);
  door_.open();
  for (auto& client : under_way) {
    const auto response = client.response();
    EXPECT_TRUE(contains(response, "by a worker") && contains(response, "Connection: close")) << response;
  }
  stopper.join();
}

TEST_F(EventFront, StopCutsOffRequestsBeyondItsLimit) {
  start(options());
  Socket client(server_->port());
  client.send(get("/door"));
  ASSERT_TRUE(eventually([&] { return door_.waiting() == 1; }));

  server_->stop(100ms);
  EXPECT_EQ(client.rest(), "");
  door_.open();  // its answer reaches no server any more
}

TEST_F(EventFront, AnswersARequestThatHasArrivedWhenItStops) {
  start(options());
  std::vector<Socket> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(server_->port());
  for (auto& client : clients) client.send(get("/arrived"));
  server_->stop(10s);

  for (auto& client : clients) EXPECT_TRUE(contains(client.rest(), "GET /arrived"));
}

TEST_F(EventFront, SendsA500ForAHandlerThatThrowsAndA503ForADroppedRequest) {
  start(options());
  Socket client(server_->port());
  client.send(get("/throws") + get("/throws-later") + get("/drops") + get("/ignores") + get("/fine"));

  for (const char* status : {"500", "500", "503", "503"})
    EXPECT_TRUE(client.response().starts_with("HTTP/1.1 " + std::string(status))) << status;
  EXPECT_TRUE(contains(client.response(), "GET /fine"));
}

TEST_F(EventFront, SendsTheFirstBytesAtOnce) {
  start(options());
  const auto answer = exchange(get("/at-once") + get("/next", "Connection: close\r\n"));

  EXPECT_TRUE(contains(answer, "at once") && contains(answer, "GET /next")) << answer;
  EXPECT_FALSE(contains(answer, "twice")) << answer;
}

TEST_F(EventFront, TheFirstOfTwoResponsesCounts) {
  start(options());
  const auto answer = exchange(get("/twice") + get("/next", "Connection: close\r\n"));

  EXPECT_TRUE(contains(answer, "first") && contains(answer, "GET /next")) << answer;
  EXPECT_FALSE(contains(answer, "second")) << answer;
}

TEST_F(EventFront, SendsNoBodyWithHead204And304) {
  start(options());
  for (const std::string request :
       {"HEAD /x HTTP/1.1\r\nHost: x\r\n\r\n", "GET /none HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /unchanged HTTP/1.1\r\nHost: x\r\n\r\n"}) {
    const auto answer = exchange(request + get("/next", "Connection: close\r\n"));
    const auto end = answer.find("\r\n\r\n");
    EXPECT_EQ(answer.find("HTTP/1.1 200 OK", end), end + 4) << answer;
  }
}

TEST_F(EventFront, SendsNoFieldThatWouldSplitTheResponse) {
  start(options());
  const auto answer = ask("/splits");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 ")) << answer;
  EXPECT_FALSE(contains(answer, "Set-Cookie")) << answer;
}

TEST_F(EventFront, CountsAnInvalidStatusAndSendsA500) {
  start(options());

  EXPECT_TRUE(ask("/no-status").starts_with("HTTP/1.1 500 "));
  EXPECT_EQ(server_->counts().unsendable, 1u);
}

TEST_F(EventFront, AClientThatKeepsSendingStillReadsTheRefusal) {
  start(options());
  Socket client(server_->port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n");
  for (int i = 0; i < 16; ++i) client.send(std::string(65536, 'a'));

  EXPECT_TRUE(client.rest().starts_with("HTTP/1.1 413 "));
  EXPECT_EQ(handled_, 0);
}

TEST_F(EventFront, NeverRunsARequestHiddenInARefusedOne) {
  start(options());
  const std::string hidden = get("/hidden");
  for (const std::string fields :
       {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 0\r\nContent-Length: 35\r\n",
        "Transfer-Encoding: gzip\r\n"}) {
    const auto answer = exchange("POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n0\r\n\r\n" + hidden);
    EXPECT_FALSE(contains(answer, "/hidden")) << answer;
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(EventFront, AnswersAHalfClosedClient) {
  start(options());
  Socket client(server_->port());
  client.send(get("/worker"));
  client.endSending();

  EXPECT_TRUE(contains(client.rest(), "by a worker"));
}

TEST_F(EventFront, SurvivesClientsThatVanish) {
  start(options());
  for (int i = 0; i < 16; ++i) {
    Socket client(server_->port());
    client.send(get(i % 2 == 0 ? "/worker" : "/large"));
  }
  EXPECT_TRUE(contains(ask("/after"), "GET /after"));
  EXPECT_TRUE(eventually([&] { return server_->counts().openConnections == 0; }));
}

TEST_F(EventFront, MayBeStoppedTwice) {
  start(options());
  server_->stop(1s);
  server_->stop(1s);

  EXPECT_EQ(ask("/"), "");
}

TEST(EventServerStart, NamesTheAddressInUse) {
  const Handle handle = [](const Request&, Responder& responder) { responder.respond({}); };
  EventServer first(handle, {.address = "127.0.0.1:0"});
  try {
    EventServer second(handle, {.address = first.address()});
    FAIL() << "bound twice";
  } catch (const std::runtime_error& error) {
    EXPECT_TRUE(contains(error.what(), "cannot listen on " + first.address())) << error.what();
  }
}

TEST(EventServerStart, NamesAMalformedAddress) {
  const Handle handle = [](const Request&, Responder& responder) { responder.respond({}); };
  EXPECT_THROW(EventServer(handle, {.address = "127.0.0.1"}), std::invalid_argument);
}

TEST(EventServerEnd, LeavesNoDescriptorOpen) {
  const auto before = larder::tests::openDescriptors();
  {
    EventServer server([](const Request&, Responder& responder) { responder.respond({}); },
                       {.address = "127.0.0.1:0", .loops = 3});
    Socket client(server.port());
    client.send(get("/"));
    client.response();
  }
  EXPECT_EQ(larder::tests::openDescriptors(), before);
}

TEST_F(EventFront, AnswersForASlowHandlerAndDropsItsResponse) {
  auto late = options();
  late.deadlines.handler = 50ms;
  start(late);
  Socket client(server_->port());

  client.send(get("/door"));
  const auto answered_for = client.response();
  client.send(get("/next"));
  const auto next = client.response();
  door_.open();

  EXPECT_TRUE(contains(answered_for, "HTTP/1.1 503 ")) << answered_for;
  EXPECT_TRUE(contains(answered_for, "handler-timeout")) << answered_for;
  EXPECT_TRUE(contains(next, "GET /next")) << next;
  for (int i = 0; i < 20; ++i) {  // the late response belongs to none of these
    const auto target = "/again" + std::to_string(i);
    client.send(get(target));
    EXPECT_TRUE(contains(client.response(), "GET " + target));
  }
}
