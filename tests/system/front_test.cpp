// SPDX-License-Identifier: Apache-2.0
//
// The effect of the keys of [server] on the program.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "host_process.hpp"
#include "http/socket.hpp"
#include "servers/text.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace larder::system;
using namespace std::chrono_literals;

namespace {

using larder::servers::contains;

}  // namespace

TEST(HostFront, AnswersOverloadWith503AndKeepsServingHits) {
  const HostProcess larder(
      {"--set", "users.delay=1s", "--set", "server.workers=1", "--set", "server.queue=1"});
  ASSERT_EQ(larder.get("/users").status, 200);
  std::vector<Answer> answers(6);
  std::atomic<int> overloaded{0};
  std::vector<std::thread> clients;
  for (std::size_t i = 0; i < answers.size(); ++i)
    clients.emplace_back([&, i] {
      answers[i] = larder.get("/users/" + std::to_string(i + 1));
      if (answers[i].status == 503) ++overloaded;
    });
  EXPECT_TRUE(tests::eventually([&overloaded] { return overloaded > 0; }));
  const auto hit = larder.get("/users");
  for (auto& client : clients) client.join();

  EXPECT_TRUE(contains(hit.cacheStatus(), "hit")) << hit.text;
  int served = 0;
  int refused = 0;
  for (const auto& answer : answers) {
    if (answer.status == 200) ++served;
    if (answer.status == 503 && answer.header("Retry-After") == "1") ++refused;
  }
  EXPECT_GE(served, 1);
  EXPECT_GE(refused, 1);
  EXPECT_EQ(served + refused, 6);
}

TEST(HostFront, EnforcesTheConfiguredLimitsAndDeadlines) {
  const HostProcess larder({"--set", "server.max_body=100B", "--set", "server.max_head=1KiB", "--set",
                            "server.head_timeout=200ms", "--set", "server.loops=1"});
  const auto large = larder.request("POST", "/users", {}, std::string(101, ' '));
  const auto wide = larder.get("/users", "Host: x\r\nX: " + std::string(1100, 'a') + "\r\n");
  tests::Socket slow(larder.port());
  slow.send("GET /users HTTP/1.1\r\nX: ");

  EXPECT_EQ(large.status, 413) << large.text;
  EXPECT_EQ(wide.status, 431) << wide.text;
  EXPECT_TRUE(slow.rest().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(contains(larder.adminGet("/metrics").body(), "larder_http_refusals_total{status=\"413\"} 1\n"));
}

TEST(HostFront, FinishesRequestsInFlightOnSigtermAndWaitsForNoSlowClient) {
  HostProcess larder({"--set", "users.delay=1s"});
  const auto connections = larder.metric("larder_http_connections_total");
  const auto requests = larder.metric("larder_http_requests_total");
  std::vector<tests::Socket> under_way;
  std::vector<tests::Socket> slow;
  for (int i = 0; i < 50; ++i)
    under_way.emplace_back(larder.port()).send("GET /users HTTP/1.1\r\nHost: x\r\n\r\n");
  for (int i = 0; i < 10; ++i) slow.emplace_back(larder.port()).send("GET / HTTP/1.1\r\nX: ");
  ASSERT_TRUE(tests::eventually([&] {
    return larder.metric("larder_http_connections_total") >= connections + 60 &&
           larder.metric("larder_http_requests_total") >= requests + 50;
  }));
  const auto ended = larder.terminate();

  EXPECT_EQ(ended.status, 0) << ended.output;
  for (auto& client : under_way) EXPECT_TRUE(contains(client.rest(), "HTTP/1.1 200 OK"));
  for (auto& client : slow) EXPECT_TRUE(client.isClosed());
}
