// SPDX-License-Identifier: Apache-2.0
//
// The admin listener on the built program.
#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "host_process.hpp"
#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"

using namespace larder;
using larder::system::Answer;
using larder::system::HostProcess;
using nlohmann::json;

namespace {

json bodyOf(const Answer& answer) { return json::parse(answer.body(), nullptr, false); }

void fillTheCache(const HostProcess& larder) {
  larder.get("/users");
  larder.get("/users/1");
  ASSERT_TRUE(larder.get("/users").isHit());
  ASSERT_TRUE(larder.get("/users/1").isHit());
}

}  // namespace

TEST(AdminListener, AloneServesMetricsUnlessTheMainListenerIsConfiguredTo) {
  const HostProcess usual;
  const HostProcess open({"--set", "server.metrics=true"});

  EXPECT_EQ(usual.get("/metrics").status, 404);
  EXPECT_EQ(usual.get("/openapi.json").body().find("\"/metrics\""), std::string::npos);
  EXPECT_EQ(open.get("/metrics").status, 200);
  EXPECT_NE(open.get("/metrics").body().find("\nlarder_cache_hits_total "), std::string::npos);
  EXPECT_NE(open.get("/openapi.json").body().find("\"/metrics\""), std::string::npos);
}

TEST(AdminListener, ServesHealthAndMetrics) {
  const HostProcess larder;

  EXPECT_EQ(bodyOf(larder.adminGet("/healthz"))["status"], "ok");
  EXPECT_EQ(bodyOf(larder.adminGet("/readyz"))["status"], "ready");
  EXPECT_NE(larder.adminGet("/metrics").body().find("\nlarder_cache_hits_total "), std::string::npos);
  EXPECT_EQ(larder.adminGet("/users").status, 404);
}

TEST(AdminListener, ListsBackendsAndRoutes) {
  const HostProcess larder({"--set", "route.\"GET /users\".expire=5s", "--set",
                            "backends.redis.url=redis://:s3cr3t-word@localhost:1/0"});

  const auto backends = larder.adminGet("/api/backends");
  const auto routes = bodyOf(larder.adminGet("/api/routes"))["routes"];

  EXPECT_EQ(bodyOf(backends)["active"], "lru");
  EXPECT_EQ(bodyOf(backends)["backends"].size(), 2u);
  EXPECT_EQ(bodyOf(backends)["backends"][0]["health"], "up");
  EXPECT_EQ(backends.text.find("s3cr3t-word"), std::string::npos);
  bool listed = false;
  for (const auto& route : routes)
    if (route["route"] == "GET /users")
      listed = route["cached"] == true && route["expire_ms"] == 5000 && route["tags"] == json{"users"};
  EXPECT_TRUE(listed) << routes.dump();
}

TEST(AdminListener, InvalidatesByTagRouteAndNamespace) {
  const HostProcess larder;

  fillTheCache(larder);
  EXPECT_EQ(larder.adminPost("/api/invalidate", R"({"tag":"user:1"})").status, 200);
  EXPECT_TRUE(larder.get("/users").isHit());
  EXPECT_FALSE(larder.get("/users/1").isHit());

  fillTheCache(larder);
  const auto by_route = larder.adminPost("/api/invalidate", R"({"route":"GET /users"})");
  EXPECT_EQ(bodyOf(by_route)["invalidated"]["tags"], json{"users"}) << by_route.text;
  EXPECT_FALSE(larder.get("/users").isHit());

  fillTheCache(larder);
  EXPECT_EQ(larder.adminPost("/api/invalidate", R"({"namespace":"responses"})").status, 200);
  EXPECT_FALSE(larder.get("/users").isHit());
  EXPECT_FALSE(larder.get("/users/1").isHit());
}

TEST(AdminListener, KeepsAJournalOfInvalidations) {
  const HostProcess larder;
  fillTheCache(larder);
  larder.request("PUT", "/users/1", "Content-Type: application/json\r\n",
                 R"({"name":"Ada","email":"ada@example.org"})");
  larder.adminPost("/api/invalidate", R"({"tag":"users"})");
  larder.get("/users");
  larder.get("/users");

  const auto journal = bodyOf(larder.adminGet("/api/invalidations"));

  ASSERT_EQ(journal["invalidations"].size(), 2u) << journal.dump();
  const auto& by_admin = journal["invalidations"][0];
  EXPECT_EQ(by_admin["by"], "admin");
  EXPECT_EQ(by_admin["client"], "127.0.0.1");
  EXPECT_EQ(by_admin["tags"], json{"users"});
  EXPECT_EQ(by_admin["status"], "ok");
  EXPECT_EQ(by_admin["misses"], 1) << "the second request was a hit";
  const auto& by_write = journal["invalidations"][1];
  EXPECT_EQ(by_write["by"], "write");
  EXPECT_EQ(by_write["route"], "PUT /users/{id}");
  EXPECT_EQ(by_write["targets"], json{"/users/1"});
  EXPECT_EQ(bodyOf(larder.adminGet("/api/invalidations?limit=1"))["invalidations"].size(), 1u);
  EXPECT_EQ(larder.adminGet("/api/invalidations?limit=0").status, 400);
  EXPECT_EQ(larder.linesWith("entries were invalidated over the admin listener"), 1u);
}

TEST(AdminListener, ListsTheHotKeys) {
  const HostProcess larder;
  for (int i = 0; i < 4; ++i) larder.get("/users/1");
  larder.get("/users/2");

  const auto keys = bodyOf(larder.adminGet("/api/hot-keys"))["hot_keys"];

  ASSERT_EQ(keys.size(), 2u) << keys.dump();
  EXPECT_EQ(keys[0]["target"], "/users/1");
  EXPECT_EQ(keys[0]["route"], "GET /users/{id}");
  EXPECT_NEAR(keys[0]["hit_ratio"].get<double>(), 0.75, 0.01);
  EXPECT_EQ(larder.adminPost("/api/invalidate", json{{"key", keys[0]["key"]}}.dump()).status, 200);
  EXPECT_FALSE(larder.get("/users/1").isHit());
  EXPECT_EQ(larder.adminGet("/api/hot-keys?limit=many").status, 400);
}

TEST(AdminListener, ListsTheEntriesOfANamespacePageByPage) {
  const HostProcess larder;
  for (const std::string path : {"/users", "/users/1", "/users/2"}) larder.get(path);
  larder.get("/users?q=" + std::string(300, 'x'));

  std::size_t listed = 0;
  std::string cursor;
  for (int page = 0; page < 10; ++page) {
    const auto entries = bodyOf(larder.adminGet("/api/entries?limit=2&cursor=" + cursor));
    ASSERT_EQ(entries["namespace"], "larder:responses") << entries.dump();
    for (const auto& entry : entries["entries"]) {
      ++listed;
      EXPECT_GT(entry["bytes"].get<int>(), 0);
      EXPECT_GT(entry["ttl_ms"].get<int>(), 0);
      EXPECT_EQ(entry.contains("fields"), !entry["key"].get<std::string>().starts_with("#"));
    }
    cursor = entries.value("cursor", std::string());
    if (cursor.empty()) break;
  }

  EXPECT_EQ(listed, 4u);
  EXPECT_EQ(bodyOf(larder.adminGet("/api/entries?namespace=other"))["entries"].size(), 0u);
  EXPECT_EQ(larder.adminGet("/api/entries?cursor=xyz").status, 400);
}

TEST(AdminListener, SaysThatABackendCannotListItsEntries) {
  const HostProcess larder(
      {"--set", "backends.plain.plugin=" LARDER_PLAIN_PLUGIN, "--set", "cache.backend=plain"});

  const auto refused = larder.adminGet("/api/entries");

  EXPECT_EQ(refused.status, 501) << refused.text;
  EXPECT_NE(refused.body().find("plain cannot list its keys"), std::string::npos) << refused.text;
}

TEST(AdminListener, ListsTheRequestsSinceTheFirstQuery) {
  const HostProcess larder;
  larder.get("/users/1");
  const auto next = bodyOf(larder.adminGet("/api/requests"))["next"].get<int>();
  larder.get("/users/1");
  larder.get("/nowhere");

  const auto page = bodyOf(larder.adminGet("/api/requests?since=" + std::to_string(next)));

  ASSERT_EQ(page["requests"].size(), 2u) << page.dump();
  EXPECT_EQ(page["requests"][0]["target"], "/users/1");
  EXPECT_EQ(page["requests"][0]["route"], "GET /users/{id}");
  EXPECT_EQ(page["requests"][0]["cache"], "hit");
  EXPECT_TRUE(page["requests"][0]["cache_status"].get<std::string>().starts_with("larder; hit; ttl="));
  EXPECT_EQ(page["requests"][1]["status"], 404);
  const auto query = "/api/requests?since=" + std::to_string(next);
  EXPECT_EQ(bodyOf(larder.adminGet(query + "&status=4xx"))["requests"].size(), 1u);
  EXPECT_EQ(bodyOf(larder.adminGet(query + "&route=GET%20/users/%7Bid%7D&outcome=hit"))["requests"].size(),
            1u);
  EXPECT_EQ(larder.adminGet("/api/requests?since=none").status, 400);
}

TEST(AdminListener, RefusesABodyThatItDoesNotUnderstand) {
  const HostProcess larder;

  for (const std::string body : {"{", "[]", "{}", R"({"tag":1})", R"({"tag":""})",
                                 R"({"route":"GET /nowhere"})", R"({"tag":"a","route":"GET /users"})"})
    EXPECT_EQ(larder.adminPost("/api/invalidate", body).status, 400) << body;
  for (const std::string body : {"null", R"({"backend":7})", R"({"backend":"/tmp/evil.so"})"})
    EXPECT_EQ(larder.adminPost("/api/swap", body).status, 400) << body;
  EXPECT_EQ(larder.adminPost("/api/reload", R"({"now":true})").status, 400);
  EXPECT_EQ(larder.adminGet("/api/reload").status, 405);
}

TEST(AdminListener, SwapsTheBackend) {
  servers::RedisServer redis;
  const HostProcess larder({"--set", "backends.redis.url=" + redis.url()});
  fillTheCache(larder);

  const auto swapped = larder.adminPost("/api/swap", R"({"backend":"redis"})");

  EXPECT_EQ(bodyOf(swapped)["active"], "redis") << swapped.text;
  EXPECT_FALSE(larder.get("/users").isHit());
  EXPECT_TRUE(larder.get("/users").isHit());
  EXPECT_EQ(bodyOf(larder.adminGet("/api/backends"))["active"], "redis");
  const auto refused = larder.adminPost("/api/swap", R"({"backend":"nowhere"})");
  EXPECT_EQ(refused.status, 409) << refused.text;
  EXPECT_EQ(bodyOf(larder.adminGet("/api/backends"))["active"], "redis");
}

TEST(AdminListener, Reloads) {
  const servers::TempDirectory directory("larder-admin");
  const auto file = (directory.path() / "larder.toml").string();
  std::ofstream(file) << "[cache]\nexpire = \"1h\"\n";
  const HostProcess larder({"--config", file});

  std::ofstream(file) << "[cache]\nexpire = \"never\"\n";
  const auto refused = larder.adminPost("/api/reload", "{}");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body().find("larder.toml:2: cache.expire"), std::string::npos) << refused.text;

  std::ofstream(file) << "[cache]\nexpire = \"2h\"\n";
  EXPECT_EQ(larder.adminPost("/api/reload", "{}").status, 200);
  larder.get("/users");
  EXPECT_TRUE(larder.get("/users").cacheStatus().starts_with("larder; hit; ttl=7"));
}

TEST(AdminListener, NeedsATokenIfReachableFromOutside) {
  const auto open =
      system::runLarder({"serve", "--set", "admin.address=0.0.0.0:0", "--set", "server.address=127.0.0.1:0",
                         "--set", "users.database=sqlite::memory:"});
  const auto short_token =
      system::runLarder({"serve", "--set", "admin.token_file=/dev/null", "--set",
                         "server.address=127.0.0.1:0", "--set", "users.database=sqlite::memory:"});

  EXPECT_EQ(open.status, 2);
  EXPECT_NE(open.output.find("admin.address: \"0.0.0.0:0\" can be reached from outside"), std::string::npos)
      << open.output;
  EXPECT_EQ(short_token.status, 2);
  EXPECT_NE(short_token.output.find("admin.token_file: /dev/null: is not a regular file"), std::string::npos)
      << short_token.output;
}

TEST(AdminListener, ShowsWhatTheCacheSaves) {
  const HostProcess larder({"--set", "users.delay=20ms"});
  fillTheCache(larder);

  const auto overview = bodyOf(larder.adminGet("/api/overview"));

  json users;
  for (const auto& route : overview["routes"])
    if (route["route"] == "GET /users") users = route;
  EXPECT_EQ(users["cached"], true);
  EXPECT_EQ(users["requests"]["hit"], 1);
  EXPECT_EQ(users["requests"]["miss"], 1);
  EXPECT_GE(users["from_handler_ms"].get<double>(), 20);
  EXPECT_GT(overview["saved_ms"].get<double>(), 0) << overview.dump();
  EXPECT_EQ(overview["cache"]["circuit"], "closed");
  EXPECT_EQ(overview["latency"]["from_handler"].size(), overview["latency"]["bounds_ms"].size() + 1);
}

TEST(AdminListener, EstimatesOtherCacheSizes) {
  const HostProcess larder({"--set", "users.delay=20ms"});
  fillTheCache(larder);

  const auto sizing = bodyOf(larder.adminGet("/api/overview"))["sizing"];
  const auto metrics = larder.adminGet("/metrics").body();

  EXPECT_EQ(sizing["backend"], "lru");
  EXPECT_GE(sizing["gets"].get<int>(), 2);
  ASSERT_EQ(sizing["points"].size(), 4U);
  EXPECT_EQ(sizing["points"][3]["percent"], 400);
  // The few entries fit into any of the sizes.
  EXPECT_EQ(sizing["points"][3]["hits"], sizing["gets"].get<int>() - sizing["misses"].get<int>());
  EXPECT_EQ(sizing["points"][3]["saved_ms"], 0);
  EXPECT_NE(metrics.find("larder_backend_whatif_misses_total{backend=\"lru\",percent=\"50\"} " +
                         std::to_string(sizing["misses"].get<int>())),
            std::string::npos)
      << metrics;
}

TEST(AdminListener, SuppliesTheEstimatesOfWhatif) {
  const HostProcess larder;
  fillTheCache(larder);

  const auto table = larder.command({"whatif", "--seconds", "0.1"});
  const auto as_json = larder.command({"whatif", "--seconds", "0.1", "--format", "json"});

  EXPECT_EQ(table.status, 0) << table.output;
  EXPECT_NE(table.output.find("MEMORY"), std::string::npos) << table.output;
  EXPECT_NE(table.output.find("400%"), std::string::npos) << table.output;
  const auto answer = json::parse(as_json.output);
  ASSERT_EQ(answer["sizes"].size(), 4U) << as_json.output;
  EXPECT_GT(answer["sizes"][0]["hit_ratio"].get<double>(), 0);
}

TEST(AdminListener, ServesTheDashboardToUsersWhoMaySeeTheData) {
  const servers::TempDirectory directory("larder-admin");
  const auto token = (directory.path() / "token").string();
  std::ofstream(token) << "correct-horse-battery-staple\n";
  const HostProcess open;
  const HostProcess closed({"--set", "admin.token_file=" + token});

  const auto page = open.adminGet("/");
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("Cache-Control"), "no-store");
  EXPECT_TRUE(page.header("Content-Security-Policy").starts_with("default-src 'none'"));
  const auto refused = closed.adminGet("/");
  EXPECT_EQ(refused.status, 401);
  EXPECT_TRUE(refused.header("WWW-Authenticate").starts_with("Basic ")) << refused.text;
}

TEST(MainListener, HasAPageOfItsEndpoints) {
  const HostProcess larder;

  const auto page = larder.get("/");

  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_NE(page.body().find("<script src=\"/welcome.js\""), std::string::npos);
  EXPECT_EQ(larder.get("/welcome.js").status, 200);
}

TEST(OpenApiDocument, DescribesEveryRouteOfTheProgram) {
  const HostProcess larder;

  const auto document = bodyOf(larder.get("/openapi.json"));
  const auto routes = bodyOf(larder.adminGet("/api/routes"))["routes"];

  ASSERT_GT(routes.size(), 5u);
  for (const auto& each : routes) {
    const auto route = each["route"].get<std::string>();
    auto method = route.substr(0, route.find(' '));
    for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto path = document["paths"].value(route.substr(route.find(' ') + 1), json::object());
    ASSERT_TRUE(path.contains(method)) << route;
    EXPECT_FALSE(path[method]["responses"].contains("default")) << route << " is not described";
  }
}
