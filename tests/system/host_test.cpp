// SPDX-License-Identifier: Apache-2.0
//
// The main feature, on the built program: GET /users runs once, is answered from the cache for its time to
// live, and runs again afterwards; on each backend and each database, by configuration alone.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <ostream>
#include <thread>
#include <vector>

#include "host_process.hpp"
#include "servers/memcached_server.hpp"
#include "servers/postgres_server.hpp"
#include "servers/redis_server.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using larder::system::Answer;
using larder::system::HostProcess;

namespace {

constexpr const char* kStored = "larder; fwd=uri-miss; stored";
constexpr const char* kExecutions = "larder_handler_executions_total{handler=\"list_users\"}";

// A running server of one kind, and how to configure the host for it.
struct Store {
  std::shared_ptr<void> server;
  std::vector<std::string> arguments;
};

Store lru() { return {}; }
Store redis() {
  auto server = std::make_shared<servers::RedisServer>();
  const auto url = server->url();
  return {server, {"--backend", "redis", "--set", "backends.redis.url=" + url}};
}
Store memcached() {
  auto server = std::make_shared<servers::MemcachedServer>();
  const auto address = "127.0.0.1:" + std::to_string(server->port());
  return {server, {"--backend", "memcached", "--set", "backends.memcached.servers=[\"" + address + "\"]"}};
}
Store postgres() {
  auto server = std::make_shared<servers::PostgresServer>();
  return {server, {"--set", "users.database=" + server->url("synergy")}};
}

Store onPoco() { return {nullptr, {"--set", "server.front=poco"}}; }

struct Case {
  const char* name;
  std::function<Store()> start;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class MainJob : public ::testing::TestWithParam<Case> {
 protected:
  HostProcess host(std::vector<std::string> more = {}) {
    auto arguments = store_.arguments;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return HostProcess(arguments);
  }

  Store store_ = GetParam().start();
};

INSTANTIATE_TEST_SUITE_P(On, MainJob,
                         ::testing::Values(Case{"lru", lru}, Case{"redis", redis},
                                           Case{"memcached", memcached}, Case{"postgres", postgres},
                                           Case{"lru_on_the_front_of_poco", onPoco}),
                         [](const auto& each) { return each.param.name; });

}  // namespace

TEST_P(MainJob, RunsTheHandlerOncePerLifetimeAndOtherwiseServesFromTheCache) {
  const auto larder = host({"--set", "cache.expire=2s"});

  const auto first = larder.get("/users");
  const auto second = larder.get("/users");
  std::this_thread::sleep_for(2100ms);  // the program has no clock but the system's
  const auto third = larder.get("/users");

  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.cacheStatus(), kStored);
  EXPECT_TRUE(second.isHit()) << second.text;
  EXPECT_EQ(second.body(), first.body());
  EXPECT_EQ(third.cacheStatus(), kStored);
  EXPECT_EQ(larder.metric(kExecutions), 2);
}

TEST_P(MainJob, TwentyConcurrentColdRequestsRunTheHandlerOnce) {
  const auto larder = host({"--set", "users.delay=1s", "--set", "server.workers=32"});
  std::atomic<int> good{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i)
    clients.emplace_back([&] {
      if (larder.get("/users").status == 200) ++good;
    });
  for (auto& client : clients) client.join();

  EXPECT_EQ(good, 20);
  EXPECT_EQ(larder.metric(kExecutions), 1);
}

TEST_P(MainJob, AWriteMakesTheNextReadAMiss) {
  const auto larder = host();
  larder.get("/users");
  ASSERT_TRUE(larder.get("/users").isHit());

  const auto created = larder.request("POST", "/users", {}, R"({"name":"Ada","email":"ada@example.org"})");
  const auto listed = larder.get("/users");

  EXPECT_EQ(created.status, 201) << created.text;
  EXPECT_EQ(listed.cacheStatus(), kStored);
  EXPECT_NE(listed.body().find("ada@example.org"), std::string::npos);
}

TEST_P(MainJob, OneUserIsReadChangedAndRemoved) {
  const auto larder = host();
  ASSERT_EQ(larder.get("/users/1").cacheStatus(), kStored);
  ASSERT_TRUE(larder.get("/users/1").isHit());

  EXPECT_EQ(larder.request("PUT", "/users/1", {}, R"({"name":"New","email":"new@example.org"})").status, 200);
  EXPECT_NE(larder.get("/users/1").body().find("new@example.org"), std::string::npos);
  EXPECT_EQ(larder.request("DELETE", "/users/1").status, 204);
  EXPECT_EQ(larder.get("/users/1").status, 404);
}

TEST_P(MainJob, AChangeOfOneUserKeepsTheOthers) {
  const auto larder = host();
  for (const auto* path : {"/users", "/users/1", "/users/2"}) larder.get(path);

  const auto changed = larder.request("PATCH", "/users/1", {}, R"({"name":"Countess"})");

  EXPECT_EQ(changed.status, 200) << changed.text;
  EXPECT_TRUE(larder.get("/users/2").isHit());
  EXPECT_NE(larder.get("/users/1").body().find("Countess"), std::string::npos);
  EXPECT_NE(larder.get("/users").body().find("Countess"), std::string::npos);
}

TEST(HostWithoutItsBackend, AnswersFromTheHandlerAndUsesTheBackendAgainOnceItIsBack) {
  servers::RedisServer redis;
  const HostProcess larder({"--backend", "redis", "--set", "backends.redis.url=" + redis.url()});
  larder.get("/users");
  ASSERT_TRUE(larder.get("/users").isHit());

  redis.stop();
  for (int i = 0; i < 5; ++i) {
    const auto answer = larder.get("/users");
    EXPECT_EQ(answer.status, 200);
    EXPECT_FALSE(answer.isHit()) << answer.cacheStatus();
  }

  redis.start();
  EXPECT_TRUE(tests::eventually([&larder] { return larder.get("/users").isHit(); })) << larder.output();
}

TEST(HostWithoutItsBackend, StartsAndAnswersWithoutTheStore) {
  const HostProcess larder(
      {"--backend", "memcached", "--set", "backends.memcached.servers=[\"127.0.0.1:1\"]"});

  EXPECT_EQ(larder.get("/users").status, 200);
}

TEST(HostWithAPausedBackend, AnswersInTime) {
  servers::RedisServer redis;
  const HostProcess larder({"--backend", "redis", "--set", "backends.redis.url=" + redis.url()});
  larder.get("/users");

  redis.pause();
  const auto answer = larder.get("/users");
  redis.resume();

  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.isHit());
}

class HostLife : public ::testing::TestWithParam<const char*> {
 protected:
  static std::vector<std::string> front() { return {"--set", std::string("server.front=") + GetParam()}; }
};

INSTANTIATE_TEST_SUITE_P(OnTheFront, HostLife, ::testing::Values("event", "poco"),
                         [](const auto& each) { return std::string(each.param); });

TEST_P(HostLife, EndsCleanlyOnSigterm) {
  HostProcess larder(front());
  larder.get("/users");

  const auto ended = larder.terminate();

  EXPECT_EQ(ended.status, 0) << ended.output;
}

TEST_P(HostLife, FinishesARequestInFlightOnSigterm) {
  auto arguments = front();
  arguments.insert(arguments.end(), {"--set", "users.delay=1s"});
  HostProcess larder(arguments);
  Answer answer;
  std::thread client([&] { answer = larder.get("/users"); });
  EXPECT_TRUE(tests::eventually([&larder] { return larder.metric(kExecutions) == 1; }));

  const auto ended = larder.terminate();
  client.join();

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(ended.status, 0) << ended.output;
}

TEST_P(HostLife, CountsRequestsAndConnections) {
  const HostProcess larder(front());
  larder.get("/users");
  larder.get("/users");

  EXPECT_GE(larder.metric("larder_http_requests_total"), 2);
  EXPECT_GE(larder.metric("larder_http_connections_total"), 2);
}

TEST(HostLog, ShowsNoPassword) {
  servers::RedisServer redis({"--requirepass", "s3cr3t-word"});
  HostProcess larder(
      {"--backend", "redis", "--set",
       "backends.redis.url=redis://:s3cr3t-word@127.0.0.1:" + std::to_string(redis.port()) + "/0"});
  larder.get("/users");
  EXPECT_TRUE(larder.get("/users").isHit());

  EXPECT_EQ(larder.terminate().output.find("s3cr3t-word"), std::string::npos);
}

TEST(HostAdmin, ReportsItsHealth) {
  const HostProcess larder;

  EXPECT_EQ(larder.get("/healthz").status, 200);
  EXPECT_EQ(larder.get("/nowhere").status, 404);
  EXPECT_EQ(larder.request("DELETE", "/users").header("Allow"), "GET, HEAD, OPTIONS, POST");
}
