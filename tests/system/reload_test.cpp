// SPDX-License-Identifier: Apache-2.0
//
// Changes of a running host's configuration by SIGHUP: completely or not at all, without a failed request.
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "host_process.hpp"
#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using larder::system::HostProcess;

namespace {

class Reload : public ::testing::Test {
 protected:
  std::vector<std::string> arguments() const { return {"--config", file()}; }
  std::string file() const { return (directory_.path() / "larder.toml").string(); }
  void write(const std::string& text) const { std::ofstream(file()) << text; }

  const servers::TempDirectory directory_{"larder-reload"};
};

constexpr const char* kRefused = "the configuration was not reloaded; nothing has changed";

// Clients that send requests without a pause until stopped, and count the failed ones.
class Load {
 public:
  explicit Load(const HostProcess& host) {
    for (int i = 0; i < 4; ++i)
      clients_.emplace_back([this, &host] {
        while (!stop_) {
          const auto answer = host.get("/users");
          ++asked_;
          if (answer.status != 200) ++failed_;
          if (answer.isHit()) ++hits_;
        }
      });
  }
  void stop() {
    stop_ = true;
    for (auto& client : clients_) client.join();
  }
  // Waits until a hundred more requests are answered. Returns false if they are not.
  [[nodiscard]] bool goesOn() const {
    return tests::eventually([this, before = asked()] { return asked() >= before + 100; });
  }
  int failed() const { return failed_; }
  int asked() const { return asked_; }
  int hits() const { return hits_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<int> failed_{0}, asked_{0}, hits_{0};
  std::vector<std::thread> clients_;
};

}  // namespace

TEST_F(Reload, SwapsTheBackendUnderLoadWithoutAFailedRequest) {
  servers::RedisServer redis;
  const std::string lru = "[cache]\nbackend = \"lru\"\n";
  const std::string on_redis =
      "[cache]\nbackend = \"redis\"\n[backends.redis]\nurl = \"" + redis.url() + "\"\n";
  write(lru);
  HostProcess larder(arguments());
  Load load(larder);

  for (int i = 0; i < 3; ++i) {
    write(on_redis);
    larder.reload();
    EXPECT_TRUE(load.goesOn());
    write(lru);
    larder.reload();
    EXPECT_TRUE(load.goesOn());
  }
  load.stop();

  EXPECT_EQ(load.failed(), 0) << larder.output();
  EXPECT_GT(load.asked(), 100);
  EXPECT_GT(load.hits(), load.asked() / 2);
  EXPECT_EQ(larder.metric("larder_backend_errors_total{backend=\"lru\"}"), 0);
  EXPECT_EQ(larder.terminate().status, 0);
}

TEST_F(Reload, ServesNothingThatWasInvalidatedWhileAnotherBackendWasInUse) {
  servers::RedisServer redis;
  const std::string on_redis =
      "[cache]\nbackend = \"redis\"\n[backends.redis]\nurl = \"" + redis.url() + "\"\n";
  write(on_redis);
  HostProcess larder(arguments());
  larder.get("/users");
  ASSERT_TRUE(larder.get("/users").isHit());

  write("[cache]\nbackend = \"lru\"\n");
  larder.reload();
  larder.request("POST", "/users", {}, R"({"name":"Ada","email":"ada@example.org"})");
  write(on_redis);
  larder.reload();

  EXPECT_NE(larder.get("/users").body().find("ada@example.org"), std::string::npos);
}

TEST_F(Reload, ChangesTheTimesToLiveAndTheLevelOfTheLog) {
  write("[cache]\nexpire = \"1h\"\n");
  HostProcess larder(arguments());

  write("[cache]\nexpire = \"2h\"\n[route.\"GET /users/{id}\"]\nexpire = \"3h\"\n");
  larder.reload();

  larder.get("/users");
  larder.get("/users/1");
  EXPECT_TRUE(larder.get("/users").cacheStatus().starts_with("larder; hit; ttl=7"));
  EXPECT_TRUE(larder.get("/users/1").cacheStatus().starts_with("larder; hit; ttl=10"));

  write("[log]\nlevel = \"error\"\n");
  larder.reload();  // logged at the previous level
  EXPECT_EQ(larder.terminate().output.find("stopping"), std::string::npos);
}

TEST_F(Reload, ChangesEachRuleOfARouteAndReportsItsOrigin) {
  write("");
  HostProcess larder(arguments());
  EXPECT_EQ(larder.get("/users?page=1&from=mail").header("Cache-Control"), "no-cache");

  write("[route.\"GET /users\"]\nclient_max_age = \"5s\"\nvary_query = [\"page\"]\njitter = 0.1\n");
  larder.reload();
  EXPECT_EQ(larder.get("/users?page=1&from=mail").header("Cache-Control"), "max-age=5");
  EXPECT_TRUE(larder.get("/users?page=1&from=web").isHit());
  EXPECT_NE(larder.adminGet("/api/routes").body().find("larder.toml:4)"), std::string::npos);

  write("[route.\"GET /users\"]\nenabled = false\n");
  larder.reload();
  EXPECT_EQ(larder.get("/users?page=1").cacheStatus(), "");
}

TEST_F(Reload, StartsAndStopsTheAccessLogInEitherFormat) {
  write("");
  HostProcess larder(arguments());
  larder.get("/users/1?n=1");
  write("[log]\naccess = \"common\"\n");
  larder.reload();
  larder.get("/users/1?n=2");
  write("[log]\naccess = \"json\"\n");
  larder.reload();
  larder.get("/nowhere?n=3");
  larder.get("/users/1?n=2");
  write("");
  larder.reload();
  larder.get("/users/1?n=4");

  EXPECT_EQ(larder.linesWith("GET /users/1?n=1 "), 0u);
  EXPECT_EQ(larder.linesWith("+0000] \"GET /users/1?n=2 HTTP/1.1\" 200 "), 1u) << larder.output();
  EXPECT_EQ(larder.linesWith("\"target\":\"/nowhere?n=3\",\"status\":404,"), 1u) << larder.output();
  EXPECT_EQ(larder.linesWith("\"cache\":\"hit\"}"), 1u) << larder.output();
  EXPECT_EQ(larder.linesWith("n=4"), 0u);
}

TEST_F(Reload, RefusesAnInvalidFileWithItsLineAndChangesNothing) {
  write("[cache]\nexpire = \"1h\"\n");
  HostProcess larder(arguments());
  larder.get("/users");

  write("[cache]\nexpire = \"2h\"\n[route.\"GET /users\"]\nexpire = \"-5s\"\n");
  larder.reload(kRefused);

  EXPECT_NE(
      larder.output().find("larder.toml:4: route.\\\"GET /users\\\".expire: \\\"-5s\\\" is out of range"),
      std::string::npos)
      << larder.output();
  EXPECT_TRUE(larder.get("/users").isHit());
  EXPECT_EQ(larder.get("/users/1").status, 200);
  EXPECT_TRUE(larder.get("/users/1").cacheStatus().starts_with("larder; hit; ttl=3"));
}

TEST_F(Reload, KeepsTheBackendIfTheNewOneDoesNotAnswer) {
  write("");
  HostProcess larder(arguments());
  larder.get("/users");

  write("[cache]\nbackend = \"redis\"\n[backends.redis]\nurl = \"redis://127.0.0.1:1/0\"\n");
  larder.reload(kRefused);

  EXPECT_NE(larder.output().find("backends.redis: does not answer"), std::string::npos) << larder.output();
  EXPECT_TRUE(larder.get("/users").isHit());
}

TEST_F(Reload, NamesTheKeysThatNeedARestart) {
  write("[server]\nworkers = 4\n");
  HostProcess larder(arguments());

  write("[server]\nworkers = 5\n[cache]\nprefix = \"other\"\n");
  larder.reload("these keys changed and need a restart keys=\"server.workers, cache.prefix\"");

  EXPECT_EQ(larder.get("/users").status, 200);
}

TEST_F(Reload, NamesTheOptionsOfTheSessionsBackendThatNeedARestart) {
  write("[backends.lru]\nmax_bytes = \"64MiB\"\n");
  HostProcess larder(arguments());

  write("[backends.lru]\nmax_bytes = \"32MiB\"\n");
  larder.reload("need a restart keys=\"backends.lru.max_bytes (of the sessions)\"");
}

TEST_F(Reload, ReportsTheConfigurationInEffect) {
  write(
      "[server]\nworkers = 4\n[cache]\nprefix = \"one\"\nexpire = \"1h\"\n[backends.other]\nplugin = "
      "\"lru\"\n");
  HostProcess larder(arguments());

  write("[sessions]\nbackend = \"third\"\n[cache]\nexpire = \"2h\"\n[backends.third]\nplugin = \"lru\"\n");
  larder.reload();

  const auto backends = larder.adminGet("/api/backends").body();
  EXPECT_NE(backends.find("\"third\""), std::string::npos) << backends;
  EXPECT_EQ(backends.find("\"other\""), std::string::npos) << backends;
  EXPECT_NE(larder.adminGet("/api/routes").body().find("7200000"), std::string::npos);
  EXPECT_NE(larder.output().find("keys=\"server.workers, cache.prefix, sessions.backend\""),
            std::string::npos)
      << larder.output();
}

TEST_F(Reload, RefusesAFifoOrADirectoryAsConfigurationAndContinues) {
  write("");
  HostProcess larder(arguments());

  std::filesystem::remove(file());
  ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
  larder.reload(kRefused);
  EXPECT_NE(larder.output().find("is not a regular file"), std::string::npos) << larder.output();
  std::filesystem::remove(file());
  std::filesystem::create_directory(file());
  larder.reload(kRefused);

  EXPECT_EQ(larder.adminPost("/api/reload", "{}").status, 409);
  EXPECT_EQ(larder.get("/users").status, 200);
  EXPECT_EQ(larder.terminate().status, 0);
}

TEST_F(Reload, RunsTwoConcurrentSwapsOneAfterTheOther) {
  write("[backends.first]\nplugin = \"lru\"\n[backends.second]\nplugin = \"lru\"\n");
  HostProcess larder(arguments());
  Load load(larder);

  for (int i = 0; i < 3; ++i) {
    std::atomic<int> made{0};
    std::vector<std::thread> operators;
    for (const char* name : {"first", "second"})
      operators.emplace_back([&larder, &made, name] {
        const auto answer = larder.adminPost("/api/swap", std::string(R"({"backend":")") + name + "\"}");
        if (answer.status == 200) ++made;
      });
    for (auto& each : operators) each.join();
    EXPECT_EQ(made, 2) << larder.output();
  }
  load.stop();

  EXPECT_EQ(load.failed(), 0);
  EXPECT_EQ(larder.get("/users").status, 200);
}
