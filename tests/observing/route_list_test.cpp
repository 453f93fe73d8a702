// SPDX-License-Identifier: Apache-2.0
#include "admin/route_list.hpp"

#include <gtest/gtest.h>

#include "config/load_config.hpp"
#include "endpoint/policy_rules.hpp"
#include "serve/host_endpoints.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;

http::Response nothing(const http::Request&) { return {}; }

std::vector<std::string> texts(const std::vector<http::PolicyRule>& rules) {
  std::vector<std::string> texts;
  for (const auto& rule : rules) texts.push_back(std::string(rule.name) + " " + rule.value);
  return texts;
}

std::string fromOf(const std::vector<RouteRow>& routes, const std::string& route, const std::string& name) {
  for (const auto& row : routes)
    if (row.endpoint.name() == route)
      for (const auto& rule : row.rules)
        if (rule.name == name) return rule.from;
  return "-";
}

TEST(PolicyRules, LeaveOutWhatIsOff) {
  EXPECT_EQ(texts(http::rulesOf(cache(90s))), std::vector<std::string>{"expire 90s"});
}

TEST(PolicyRules, TellEverythingThatIsSet) {
  const auto policy = cache(30s)
                          .tag("users", "user:{id}")
                          .varyByQuery("page", "limit")
                          .varyByHeader("Accept")
                          .varyBySession()
                          .statuses(301)
                          .expireFor(404, 5s)
                          .clientMaxAge(10s)
                          .honourClient()
                          .staleWhileRevalidate(1min)
                          .staleIfError(1h)
                          .softTimeout(250ms)
                          .eagerRefresh(0.8)
                          .jitter(0.1)
                          .lockAcrossHosts(2s);

  EXPECT_EQ(texts(http::rulesOf(policy)),
            (std::vector<std::string>{"expire 30s", "tag users, user:{id}", "varyByQuery page, limit",
                                      "varyByHeader Accept", "varyBySession on", "statuses 301 30s, 404 5s",
                                      "clientMaxAge 10s", "honourClient on", "staleWhileRevalidate 1min",
                                      "staleIfError 1h", "softTimeout 250ms", "eagerRefresh 0.8",
                                      "jitter 0.1", "lockAcrossHosts 2s"}));
}

TEST(PolicyRules, TellAPolicyThatVariesByNoParameter) {
  EXPECT_EQ(texts(http::rulesOf(cache(30s).varyByQuery())),
            (std::vector<std::string>{"expire 30s", "varyByQuery none"}));
}

TEST(PolicyRules, TellFromWhichSizeValuesAreCompressed) {
  EXPECT_EQ(texts(http::rulesOf(cache(30s).compress(0))),
            (std::vector<std::string>{"expire 30s", "compress never"}));
  if (!canCompress()) GTEST_SKIP() << "built without zstd";
  EXPECT_EQ(texts(http::rulesOf(cache(30s).compress(4096))),
            (std::vector<std::string>{"expire 30s", "compress from 4KiB"}));
}

TEST(RouteList, SaysWhichKeyGaveTheTimeToLiveAndWhereItWasWritten) {
  http::Endpoints endpoints;
  endpoints.get("/a", nothing, cache(30s).tag("a"));
  endpoints.get("/b", nothing, cache(30s));
  const auto list = [&](const ConfigSources& sources) { return listRoutes(endpoints, loadConfig(sources)); };
  const auto a = [&](const ConfigSources& sources) { return fromOf(list(sources), "GET /a", "expire"); };

  EXPECT_EQ(a({}), "cache.expire (default)");
  EXPECT_EQ(a({.environment = {{"LARDER_CACHE_EXPIRE", "9s"}}}), "cache.expire (LARDER_CACHE_EXPIRE)");
  EXPECT_EQ(a({.sets = {"cache.expire=9s"}}), "cache.expire (--set)");
  const ConfigSources own{.environment = {{"LARDER_CACHE_EXPIRE", "9s"}},
                          .sets = {"route.\"GET /a\".expire=1s"}};
  EXPECT_EQ(a(own), "route.\"GET /a\".expire (--set)");
  EXPECT_EQ(fromOf(list(own), "GET /b", "expire"), "cache.expire (LARDER_CACHE_EXPIRE)");
  EXPECT_EQ(fromOf(list(own), "GET /a", "tag"), "code");
}

TEST(RouteList, TellsWhatAWriteInvalidates) {
  http::Endpoints endpoints;
  endpoints.post("/a", nothing, invalidates("a", "b"));

  const auto json = asJson(listRoutes(endpoints, loadConfig({})))["routes"][0];

  EXPECT_EQ(json["route"], "POST /a");
  EXPECT_EQ(json["method"], "POST");
  EXPECT_EQ(json["pattern"], "/a");
  EXPECT_EQ(json["cached"], false);
  EXPECT_EQ(json["rules"],
            nlohmann::ordered_json::parse(R"([{"rule":"invalidates","value":"a, b","from":"code"}])"));
}

TEST(HostEndpoints, CanBeLookedAtWithoutADatabaseOrABackend) {
  http::Endpoints endpoints;

  addHostEndpoints(endpoints, unanswered(), 7s);

  auto request = http::Request::of("GET", "/users/7");
  const auto match = endpoints.router().match(request);
  ASSERT_NE(match.endpoint, nullptr);
  EXPECT_EQ(match.endpoint->policy->expire(), 7s);
  EXPECT_THROW(match.endpoint->handler(request), std::logic_error);
}

}  // namespace
}  // namespace larder::host
