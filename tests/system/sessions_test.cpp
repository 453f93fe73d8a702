// SPDX-License-Identifier: Apache-2.0
//
// Log-in and sessions of the built program, as clients see them.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "host_process.hpp"
#include "servers/loopback.hpp"
#include "servers/nginx_server.hpp"
#include "servers/redis_server.hpp"
#include "servers/temp_directory.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using larder::system::Answer;
using larder::system::HostProcess;
using Json = nlohmann::json;

namespace {

constexpr const char* kPassword = "correct-horse-battery";

// The target of requests: a host, or a proxy in front of several.
class Client {
 public:
  explicit Client(std::uint16_t port) : port_(port) {}

  Answer send(std::string_view method, std::string_view path, std::string_view body = {},
              std::string_view headers = {}) {
    const auto sent =
        "Host: larder\r\n" + std::string(headers) + (id_.empty() ? "" : "Cookie: __Host-sid=" + id_ + "\r\n");
    auto answer = system::request(port_, method, path, sent, body);
    const auto cookie = answer.header("Set-Cookie");
    if (!cookie.empty()) {
      id_ = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
      if (!id_.empty()) ids_.push_back(id_);
    }
    return answer;
  }
  Answer logIn(const std::string& email, const std::string& password = kPassword) {
    return send("POST", "/sessions", Json{{"email", email}, {"password", password}}.dump());
  }
  // Returns the user's id; 0 if no user is logged in, -1 if that is unknown.
  std::int64_t user() {
    const auto answer = send("GET", "/sessions/current");
    if (answer.status != 200) return -1;
    const auto user = Json::parse(answer.body())["user"];
    return user.is_null() ? 0 : user["id"].get<std::int64_t>();
  }

  const std::string& id() const { return id_; }
  void use(std::string id) { id_ = std::move(id); }
  /// Returns every id received in a cookie.
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  std::uint16_t port_;
  std::string id_;
  std::vector<std::string> ids_;
};

Answer registerUser(Client client, const std::string& email) {
  return client.send("POST", "/users",
                     Json{{"name", "New"}, {"email", email}, {"password", kPassword}}.dump());
}

// Waits until the host has reached its store again.
void waitForSessions(const HostProcess& host, const std::string& id) {
  Client client(host.port());
  client.use(id);
  ASSERT_TRUE(tests::eventually([&client] { return client.user() != -1; }));
}

class LogIns : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(registerUser(client_, "new@example.com").status, 201); }

  HostProcess host_;
  Client client_{host_.port()};
};

}  // namespace

TEST_F(LogIns, CreateASessionThatIsWrittenReadAndEnded) {
  const auto in = client_.logIn("NEW@example.com");
  EXPECT_EQ(in.status, 201) << in.text;
  EXPECT_TRUE(in.header("Set-Cookie").ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure")) << in.text;
  EXPECT_EQ(in.header("Cache-Control"), "no-store");

  client_.send("PATCH", "/sessions/current", R"({"color":"blue","cart":[1,2]})");
  client_.send("PATCH", "/sessions/current", R"({"color":null,"size":4})");
  const auto read = client_.send("GET", "/sessions/current");
  EXPECT_EQ(Json::parse(read.body()), Json::parse(R"({"data":{"cart":[1,2],"size":4},
      "user":{"email":"new@example.com","id":21,"name":"New"}})"));

  const auto id = client_.id();
  EXPECT_EQ(client_.send("DELETE", "/sessions/current").status, 204);
  EXPECT_EQ(client_.id(), "");
  client_.use(id);
  EXPECT_EQ(client_.user(), 0);
}

TEST_F(LogIns, AreRefusedWithTheSameTextForEveryReason) {
  const auto wrong_password = client_.logIn("new@example.com", "wrong-password");
  const auto no_password = client_.logIn("ada@example.com");
  const auto nobody = client_.logIn("nobody@example.com");

  EXPECT_EQ(wrong_password.status, 401);
  EXPECT_EQ(wrong_password.body(), no_password.body());
  EXPECT_EQ(wrong_password.body(), nobody.body());
  EXPECT_TRUE(client_.ids().empty());
}

TEST_F(LogIns, AreLimitedByTheEmailAddress) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(client_.logIn("nobody@example.com").status, 401);

  const auto refused = client_.logIn("Nobody@Example.com");

  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "300");
  EXPECT_EQ(client_.logIn("new@example.com").status, 201);
}

TEST(LogInsOfOneAddress, AreLimitedOverAllItsConnections) {
  const HostProcess host({"--set", "sessions.logins_per_address=3", "--set", "sessions.logins_per_email=0"});
  Client client(host.port());  // a connection for each request

  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.logIn("nobody" + std::to_string(i) + "@example.com").status, 401);

  EXPECT_EQ(client.logIn("nobody@example.com").status, 429);
}

TEST_F(LogIns, OfOtherSitesPagesAreRefused) {
  const auto body = Json{{"email", "new@example.com"}, {"password", kPassword}}.dump();

  EXPECT_EQ(client_.send("POST", "/sessions", body, "Origin: https://evil.example\r\n").status, 403);
  EXPECT_EQ(client_.send("POST", "/sessions", body, "Sec-Fetch-Site: same-site\r\n").status, 403);
  EXPECT_EQ(client_.send("POST", "/sessions", body, "Origin: http://larder\r\n").status, 201);
}

TEST_F(LogIns, EndTogetherWhenTheUserRevokesThem) {
  Client other(host_.port());
  client_.logIn("new@example.com");
  other.logIn("new@example.com");

  EXPECT_EQ(other.send("DELETE", "/users/1/sessions").status, 403);
  EXPECT_EQ(other.send("DELETE", "/users/21/sessions").status, 204);

  EXPECT_EQ(client_.user(), 0);
  EXPECT_EQ(other.send("DELETE", "/users/21/sessions").status, 401);
}

TEST_F(LogIns, EndWithTheirUser) {
  client_.logIn("new@example.com");

  EXPECT_EQ(Client(host_.port()).send("DELETE", "/users/21").status, 204);

  EXPECT_EQ(client_.user(), 0);
}

TEST_F(LogIns, RevealNeitherIdNorPasswordAnywhere) {
  client_.logIn("new@example.com");
  client_.logIn("new@example.com", "wrong-password");
  client_.send("PATCH", "/sessions/current", "{");
  client_.send("PATCH", "/sessions/current", R"({"secret":"field-of-the-session"})");
  client_.send("DELETE", "/users/21/sessions");
  std::string shown;
  for (const char* path : {"/healthz", "/users", "/users/21", "/sessions/current", "/nothing"})
    shown += client_.send("GET", path).body();
  shown += host_.adminGet("/metrics").body();
  shown += host_.terminate().output;

  ASSERT_FALSE(client_.ids().empty());
  for (const auto& id : client_.ids()) EXPECT_EQ(shown.find(id), std::string::npos) << shown;
  for (const char* secret : {kPassword, "wrong-password", "scrypt", "field-of-the-session"})
    EXPECT_EQ(shown.find(secret), std::string::npos) << shown;
}

TEST_F(LogIns, HaveADemoPage) {
  const auto page = client_.send("GET", "/demo");

  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body().find("<script src=\"/demo.js\">"), std::string::npos);
  EXPECT_NE(page.header("Content-Security-Policy").find("script-src 'self'"), std::string::npos);
  EXPECT_EQ(client_.send("GET", "/demo.js").header("Content-Type"), "text/javascript; charset=utf-8");
}

// Redis is stopped and comes back with the data on its disk: of two users, one had logged in before the last
// snapshot and one after.
TEST(TwoHostsBehindNginx, ShareSessionsThroughRedisAndOverItsRestart) {
  servers::RedisServer redis;
  const servers::TempDirectory directory("larder-shared");
  const std::vector<std::string> shared{
      "--set", "sessions.backend=redis",
      "--set", "backends.redis.url=" + redis.url(),
      "--set", "users.database=sqlite:" + (directory.path() / "users.db").string()};
  const HostProcess one(shared);
  const HostProcess other(shared);
  const servers::NginxServer nginx({one.port(), other.port()});
  Client early(nginx.port());
  Client late(nginx.port());
  ASSERT_EQ(registerUser(early, "early@example.com").status, 201);
  ASSERT_EQ(registerUser(late, "late@example.com").status, 201);

  ASSERT_EQ(early.logIn("early@example.com").status, 201);
  std::set<std::string> hosts;
  for (int i = 0; i < 4; ++i) {
    const auto answer = early.send("GET", "/sessions/current");
    EXPECT_EQ(Json::parse(answer.body())["user"]["id"], 21);
    hosts.insert(answer.header("X-Upstream"));
  }
  EXPECT_EQ(hosts.size(), 2u);

  ASSERT_TRUE(servers::exchange(redis.port(), "SAVE\r\n", 10s).starts_with("+OK"));
  ASSERT_EQ(late.logIn("late@example.com").status, 201);
  EXPECT_EQ(late.user(), 22);

  redis.stop();
  for (const auto& [method, path] : std::vector<std::pair<std::string, std::string>>{
           {"GET", "/sessions/current"}, {"PATCH", "/sessions/current"}, {"DELETE", "/sessions/current"}}) {
    const auto answer = early.send(method, path, method == "PATCH" ? R"({"color":"blue"})" : "");
    EXPECT_EQ(answer.status, 503) << answer.text;
    EXPECT_EQ(answer.header("Set-Cookie"), "");
  }
  EXPECT_EQ(early.logIn("early@example.com").status, 503);
  EXPECT_EQ(early.send("GET", "/users").status, 200);

  redis.start();
  waitForSessions(one, early.id());
  waitForSessions(other, early.id());
  EXPECT_EQ(early.user(), 21);
  EXPECT_EQ(early.user(), 21);
  EXPECT_EQ(late.user(), 0);
  EXPECT_EQ(late.user(), 0);
  EXPECT_EQ(late.logIn("late@example.com").status, 201);
  EXPECT_EQ(late.user(), 22);
}
