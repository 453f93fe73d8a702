// SPDX-License-Identifier: Apache-2.0
//
// What the built program shows to operators about the cache.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "host_process.hpp"
#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"

using namespace larder;
using larder::system::HostProcess;
using larder::system::runLarder;
using nlohmann::json;

namespace {

std::set<std::string> namesIn(const json& list) {
  std::set<std::string> names;
  for (const auto& route : list["routes"]) names.insert(route["route"].get<std::string>());
  return names;
}

std::string withSingleSpaces(const std::string& text) {
  std::string squeezed;
  for (const char c : text)
    if (c != ' ' || !squeezed.ends_with(' ')) squeezed += c;
  return squeezed;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST(RoutesCommand, ListsTheRoutesOfTheHost) {
  const HostProcess larder({"--set", "route.\"GET /users\".expire=5s"});

  const auto listed = runLarder({"routes", "--json", "--set", "route.\"GET /users\".expire=5s"});
  const auto running = json::parse(larder.adminGet("/api/routes").body());

  ASSERT_EQ(listed.status, 0) << listed.output;
  EXPECT_EQ(json::parse(listed.output), running);
  EXPECT_TRUE(namesIn(running).contains("DELETE /users/{id}"));
}

TEST(RoutesCommand, NamesTheOriginOfEachRule) {
  const servers::TempDirectory directory("larder-routes");
  const auto file = (directory.path() / "larder.toml").string();
  std::ofstream(file) << "[cache]\nexpire = \"7s\"\n";

  const auto listed = runLarder({"routes", "--config", file, "--set", "route.\"GET /users\".expire=5s"});

  EXPECT_EQ(listed.status, 0);
  const auto text = withSingleSpaces(listed.output);
  EXPECT_TRUE(has(text, "GET /users expire 5s route.\"GET /users\".expire (--set)\n tag users code\n"))
      << text;
  EXPECT_TRUE(has(text, "GET /users/{id} expire 7s cache.expire (" + file + ":2)\n")) << text;
  EXPECT_TRUE(has(text, "POST /users invalidates users code\n")) << text;
}

TEST(RoutesCommand, NeedsNeitherDatabaseNorPlugin) {
  const auto listed = runLarder(
      {"routes", "--set", "users.database=sqlite:/nowhere/users.db", "--set", "cache.backend=not-installed"});

  EXPECT_EQ(listed.status, 0) << listed.output;
}

TEST(RoutesCommand, RefusesTheConfigurationThatServeRefuses) {
  const auto listed = runLarder({"routes", "--set", "route.\"GET /user\".expire=5s"});

  EXPECT_EQ(listed.status, 2);
  EXPECT_TRUE(has(listed.output, "route.\"GET /user\": is not a cached endpoint")) << listed.output;
}

TEST(ExplainCommand, ExplainsAMissThenAHit) {
  const HostProcess larder;
  const auto url = "http://larder/users/1";  // the host that the test's requests have

  const auto before = larder.explain({url});
  larder.get("/users/1");
  const auto after = larder.explain({url});

  EXPECT_EQ(before.status, 0) << before.output;
  EXPECT_TRUE(before.output.starts_with("miss: nothing is stored under this key\n")) << before.output;
  EXPECT_TRUE(after.output.starts_with("hit: it is fresh for ")) << after.output;
  EXPECT_TRUE(has(after.output, "\n  route     GET /users/{id}\n")) << after.output;
  EXPECT_TRUE(has(after.output, "\n  rule      expire 30s, from cache.expire (default)\n")) << after.output;
  EXPECT_TRUE(has(after.output, "\n  key       host = \"larder\"\n")) << after.output;
  EXPECT_TRUE(has(after.output, "\n  stored as larder:responses 3:GET6:larder8:/users/1-\n")) << after.output;
  EXPECT_TRUE(has(after.output, "\n  tags      user:1\n")) << after.output;
}

TEST(ExplainCommand, AcceptsMethodAndHeaders) {
  const HostProcess larder;

  const auto bypass = larder.explain({"/users", "--header", "authorization: Basic eA=="});
  const auto write = larder.explain({"/users", "--method", "POST", "--json"});

  EXPECT_TRUE(bypass.output.starts_with("bypass: the request has Authorization, and")) << bypass.output;
  EXPECT_EQ(json::parse(write.output)["outcome"], "not cached") << write.output;
  EXPECT_EQ(larder.explain({"/users", "--header", "none"}).status, 2);
}

TEST(ExplainCommand, ReportsThatNoHostAnswers) {
  const auto alone = runLarder({"explain", "/users", "--set", "admin.address=127.0.0.1:1"});

  EXPECT_EQ(alone.status, 1);
  EXPECT_TRUE(has(alone.output, "the admin listener on 127.0.0.1:1 (admin.address) does not answer: "))
      << alone.output;
}

TEST(ExplainCommand, SendsTheConfiguredToken) {
  const servers::TempDirectory directory("larder-token");
  const auto file = (directory.path() / "token").string();
  std::ofstream(file) << "correct-horse-battery-staple\n";
  const HostProcess larder({"--set", "admin.token_file=" + file});

  const auto with = larder.explain({"/users", "--set", "admin.token_file=" + file});
  const auto without = larder.explain({"/users"});

  EXPECT_EQ(with.status, 0) << with.output;
  EXPECT_EQ(without.status, 1);
  EXPECT_TRUE(has(without.output, "answers 401: Send the token of admin.token_file")) << without.output;
}

TEST(AdminEntry, IsReturnedWithItsBodyOnRequest) {
  const HostProcess larder;
  const auto entry = "/api/entry?url=http://larder/users/1";

  EXPECT_EQ(larder.adminGet(entry).status, 404);
  const auto response = larder.get("/users/1").body();
  const auto told = json::parse(larder.adminGet(entry).body());
  const auto with_body = json::parse(larder.adminGet(std::string(entry) + "&body=true").body());

  EXPECT_EQ(told["entry"]["state"], "fresh");
  EXPECT_EQ(told["entry"]["tags"], json::array({"user:1"}));
  EXPECT_GT(told["entry"]["bytes"], response.size());
  EXPECT_LE(told["entry"]["ttl_ms"], 30'000);
  EXPECT_EQ(told["response"]["status"], 200);
  EXPECT_EQ(told["response"]["body_bytes"], response.size());
  EXPECT_FALSE(told["response"].contains("body"));
  EXPECT_EQ(with_body["response"]["body"], response);
}

TEST(AdminEntry, IsA404OrA400ForUncachedOrMalformedRequests) {
  const HostProcess larder;

  EXPECT_EQ(larder.adminGet("/api/entry?url=/healthz").status, 404);
  EXPECT_EQ(larder.adminGet("/api/entry").status, 400);
  EXPECT_EQ(larder.adminGet("/api/explain?url=nonsense").status, 400);
  EXPECT_EQ(larder.adminPost("/api/explain", "[]").status, 400);
}

TEST(AdminInvalidate, RemovesOneResponseByUrlOrKey) {
  const HostProcess larder;
  const auto hit = [&](const std::string& path) {
    return larder.get(path).cacheStatus().starts_with("larder; hit");
  };
  for (const auto path : {"/users/1", "/users/2"}) larder.get(path);

  const auto by_url = larder.adminPost("/api/invalidate", R"({"url":"http://larder/users/1"})");
  EXPECT_EQ(by_url.status, 200) << by_url.text;
  EXPECT_TRUE(hit("/users/2"));
  EXPECT_FALSE(hit("/users/1"));

  const auto key = json::parse(by_url.body())["invalidated"]["key"];
  const auto by_key = larder.adminPost("/api/invalidate", json{{"key", key}}.dump());
  EXPECT_EQ(by_key.status, 200) << by_key.text;
  EXPECT_TRUE(hit("/users/2"));
  EXPECT_FALSE(hit("/users/1"));

  EXPECT_EQ(larder.adminPost("/api/invalidate", R"({"url":"/healthz"})").status, 400);
  EXPECT_EQ(larder.adminPost("/api/invalidate", R"({"key":"nonsense"})").status, 400);
}

TEST(Metrics, ReportRequestsByRouteAndOutcomeWithTheirDurations) {
  const HostProcess larder;
  for (int i = 0; i < 3; ++i) larder.get("/users/1");
  larder.get("/nowhere");

  const auto requests = [&](const std::string& route, const std::string& result, const std::string& reason) {
    return larder.metric("larder_cache_requests_total{cache=\"larder\",route=\"" + route + "\",result=\"" +
                         result + "\",reason=\"" + reason + "\"}");
  };
  EXPECT_EQ(requests("GET /users/{id}", "miss", "not-stored"), 1);
  EXPECT_EQ(requests("GET /users/{id}", "hit", "fresh"), 2);
  EXPECT_EQ(requests("GET /users/{id}", "bypass", "not-allowed"), 0);
  EXPECT_EQ(requests("-", "none", "no-policy"), 1);
  const std::string durations = "http_server_request_duration_seconds";
  const std::string route = "{http_request_method=\"GET\",http_route=\"/users/{id}\"";
  EXPECT_EQ(larder.metric(durations + "_count" + route + "}"), 3);
  EXPECT_GT(larder.metric(durations + "_sum" + route + "}"), 0);
  EXPECT_EQ(larder.metric(durations + "_bucket" + route + ",le=\"+Inf\"}"), 3);
  const std::string of_lru =
      "db_client_operation_duration_seconds_count{db_system_name=\"lru\",db_operation_name=";
  EXPECT_GE(larder.metric(of_lru + "\"get\"}"), 3);
  EXPECT_GE(larder.metric(of_lru + "\"set\"}"), 1);
  EXPECT_EQ(larder.metric("larder_cache_flight_waits_total"), 0);
  EXPECT_EQ(larder.metric("larder_backend_entries{backend=\"lru-sessions\"}"), 0);
}

TEST(Metrics, ReportTheTimeThatTheCacheSaved) {
  const HostProcess larder({"--set", "users.delay=50ms"});
  for (int i = 0; i < 3; ++i) larder.get("/users");

  const std::string of_users = "{cache=\"larder\",route=\"GET /users\"}";
  EXPECT_EQ(larder.metric("larder_cache_load_duration_seconds_count" + of_users), 1);
  const auto saved = larder.metric("larder_cache_time_saved_seconds_total" + of_users);
  EXPECT_GE(saved, 0.05) << "two hits, and the handler takes longer than its delay";
  larder.get("/users");
  EXPECT_GT(larder.metric("larder_cache_time_saved_seconds_total" + of_users), saved);
}

TEST(Metrics, NameTheSystemOfEachBackendUsed) {
  servers::RedisServer redis;
  const HostProcess larder({"--set", "backends.redis.url=" + redis.url()});
  larder.get("/users");
  ASSERT_EQ(larder.adminPost("/api/swap", R"({"backend":"redis"})").status, 200);
  larder.get("/users");

  for (const std::string system : {"lru", "redis"})
    EXPECT_GE(larder.metric("db_client_operation_duration_seconds_count{db_system_name=\"" + system +
                            "\",db_operation_name=\"set\"}"),
              1)
        << system;
}

TEST(Metrics, ReportTheProcessAndTheBuild) {
  const HostProcess larder;

  EXPECT_GT(larder.metric("process_cpu_seconds_total"), 0);
  EXPECT_GT(larder.metric("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(larder.metric("process_open_fds"), 3);
  EXPECT_GT(larder.metric("process_start_time_seconds"), 1.6e9);
  EXPECT_NE(larder.adminGet("/metrics").body().find("\nlarder_build_info{version=\""), std::string::npos);
}

// Prometheus refuses a page in which two metrics have the same name.
TEST(Metrics, HaveEachNameOnce) {
  const HostProcess larder;
  std::istringstream page(larder.adminGet("/metrics").body());

  std::set<std::string> names;
  for (std::string line; std::getline(page, line);)
    if (line.starts_with("# HELP ")) {
      EXPECT_TRUE(names.insert(line.substr(7, line.find(' ', 7) - 7)).second) << line;
    }
  EXPECT_GT(names.size(), 40u);
}
