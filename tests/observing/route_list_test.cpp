// SPDX-License-Identifier: Apache-2.0
#include "admin/route_list.hpp"

#include <gtest/gtest.h>

#include "config/load_config.hpp"
#include "endpoint/policy_rules.hpp"
#include "serve/host_endpoints.hpp"
#include "serve/route_overrides.hpp"

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

TEST(PolicyRules, OmitRulesThatAreOff) {
  EXPECT_EQ(texts(http::rulesOf(cache(90s))), std::vector<std::string>{"expire 90s"});
}

TEST(PolicyRules, ListEverythingThatIsSet) {
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

TEST(PolicyRules, ListAPolicyThatVariesByNoParameter) {
  EXPECT_EQ(texts(http::rulesOf(cache(30s).varyByQuery())),
            (std::vector<std::string>{"expire 30s", "varyByQuery none"}));
}

TEST(PolicyRules, ListTheCompressionThreshold) {
  EXPECT_EQ(texts(http::rulesOf(cache(30s).compress(0))),
            (std::vector<std::string>{"expire 30s", "compress never"}));
  if (!canCompress()) GTEST_SKIP() << "built without zstd";
  EXPECT_EQ(texts(http::rulesOf(cache(30s).compress(4096))),
            (std::vector<std::string>{"expire 30s", "compress from 4KiB"}));
}

TEST(RouteList, NamesTheKeyThatSetTheTimeToLiveAndItsPlace) {
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

TEST(OverriddenPolicy, KeepsEveryDeclaredRuleWithoutOverrides) {
  const auto policy = cache(30s)
                          .tag("users", "user:{id}")
                          .varyByQuery("page")
                          .varyByHeader("Accept")
                          .varyBySession()
                          .statuses(301)
                          .expireFor(404, 5s)
                          .clientMaxAge(10s)
                          .honourClient()
                          .revalidate(3min)
                          .honourResponse(2h)
                          .gzipFrom(7)
                          .staleWhileRevalidate(1min)
                          .staleIfError(1h)
                          .softTimeout(250ms)
                          .eagerRefresh(0.8)
                          .jitter(0.1)
                          .lockAcrossHosts(2s)
                          .compress(0);

  const auto same = http::overridden(policy, {});

  EXPECT_EQ(texts(http::rulesOf(same)), texts(http::rulesOf(policy)));
}

TEST(OverriddenPolicy, KeepsDeclaredRulesThatExcludeOthers) {
  const auto policy = cache(30s).varyByQueryExcept(trackingParameters).ignoreResponse();

  EXPECT_EQ(texts(http::rulesOf(http::overridden(policy, {}))), texts(http::rulesOf(policy)));
}

TEST(OverriddenPolicy, AppliesTheConfiguredResponseRule) {
  const auto honouring = cache(30s).honourResponse(2h);
  const auto ignoring = cache(30s).ignoreResponse();
  const auto rule = [](const CachePolicy& policy, const http::PolicyOverride& by) {
    return http::overridden(policy, by).responseRule();
  };

  EXPECT_EQ(rule(honouring, {.honourResponse = 0s}), ResponseRule::bounds);
  EXPECT_EQ(rule(honouring, {.ignoreResponse = true}), ResponseRule::ignored);
  EXPECT_EQ(rule(ignoring, {.ignoreResponse = false}), ResponseRule::bounds);
  EXPECT_EQ(rule(ignoring, {.honourResponse = 1h}), ResponseRule::decides);
  EXPECT_THROW(rule(cache(30s), {.honourResponse = 1h, .ignoreResponse = true}), std::invalid_argument);
  EXPECT_THROW(rule(honouring, {.revalidate = 0s}), std::invalid_argument);
}

TEST(OverriddenPolicy, IgnoresTheConfiguredParametersInsteadOfTheDeclaredOnes) {
  const auto policy =
      http::overridden(cache(30s).varyByQueryExcept({"from"}), {.varyByQueryExcept = {{"utm_id"}}});

  EXPECT_EQ(policy.ignoredQueryParameters(), std::vector<std::string>{"utm_id"});
  EXPECT_THROW(http::overridden(cache(30s).varyByQuery("page"), {.varyByQueryExcept = {{"utm_id"}}}),
               std::invalid_argument);
}

TEST(OverriddenPolicy, OmitsRulesThatConfigurationTurnsOff) {
  const auto policy = cache(30s)
                          .clientMaxAge(10s)
                          .staleWhileRevalidate(1min)
                          .staleIfError(1h)
                          .softTimeout(250ms)
                          .eagerRefresh(0.8)
                          .jitter(0.1)
                          .revalidate(1min)
                          .lockAcrossHosts(2s)
                          .honourClient();

  const auto plain = http::overridden(policy, {.staleWhileRevalidate = 0s,
                                               .staleIfError = 0s,
                                               .softTimeout = 0s,
                                               .eagerRefresh = 0,
                                               .jitter = 0,
                                               .clientMaxAge = 0s,
                                               .revalidate = 0s,
                                               .lockAcrossHosts = 0s,
                                               .honourClient = false});

  EXPECT_EQ(texts(http::rulesOf(plain)), std::vector<std::string>{"expire 30s"});
}

// Every key, from the file to the policy that answers requests.
TEST(RouteOverrides, ApplyAndListEachKeyOfARoutesSection) {
  http::Endpoints endpoints;
  endpoints.get("/a", nothing, cache(30s).varyByHeader("Authorization"));
  const auto key = [](const std::string& assignment) { return "route.\"GET /a\"." + assignment; };
  const auto config = loadConfig(
      {.sets = {key("expire=9s"), key("statuses=[301]"), key("expire_for.404=5s"),
                key("stale_while_revalidate=1min"), key("stale_if_error=1h"), key("soft_timeout=250ms"),
                key("eager_refresh=0.8"), key("jitter=0.1"), key("vary_query=[\"page\"]"),
                key("vary_header=[\"Accept\"]"), key("client_max_age=10s"), key("compress_from=0B"),
                key("gzip_from=4KiB"), key("honour_response=2h"), key("targeted_by=[\"CDN-Cache-Control\"]"),
                key("revalidate=3min"), key("honour_client=true"), key("lock_across_hosts=2s"),
                key("enabled=false")}});

  checkRoutes(config, endpoints);
  overridePolicies(config, endpoints);

  const auto routes = listRoutes(endpoints, config);
  std::vector<std::string> rules;
  for (const auto& rule : routes.front().rules)
    rules.push_back(rule.name + " " + rule.value + " from " + rule.from);
  const auto line = [](const std::string& rule, const std::string& name) {
    return rule + " from route.\"GET /a\"." + name + " (--set)";
  };
  EXPECT_EQ(
      rules,
      (std::vector<std::string>{
          line("enabled no", "enabled"), line("expire 9s", "expire"), line("varyByQuery page", "vary_query"),
          "varyByHeader Authorization, Accept from code, route.\"GET /a\".vary_header (--set)",
          line("statuses 301 9s, 404 5s", "expire_for.404") + ", route.\"GET /a\".statuses (--set)",
          line("clientMaxAge 10s", "client_max_age"), line("honourClient on", "honour_client"),
          line("honourResponse 2h", "honour_response"), line("targetedBy CDN-Cache-Control", "targeted_by"),
          line("revalidate 3min", "revalidate"), line("staleWhileRevalidate 1min", "stale_while_revalidate"),
          line("staleIfError 1h", "stale_if_error"), line("softTimeout 250ms", "soft_timeout"),
          line("eagerRefresh 0.8", "eager_refresh"), line("jitter 0.1", "jitter"),
          line("lockAcrossHosts 2s", "lock_across_hosts"), line("compress never", "compress_from"),
          line("gzipFrom from 4KiB", "gzip_from")}));
}

TEST(RouteOverrides, AreListedEvenIfTheyTurnARuleOff) {
  http::Endpoints endpoints;
  endpoints.get("/a", nothing, cache(30s).staleIfError(1h).ignoreResponse());
  const auto config =
      loadConfig({.sets = {"route.\"GET /a\".stale_if_error=0s", "route.\"GET /a\".ignore_response=false",
                           "route.\"GET /a\".vary_query_except=[\"utm_id\"]"}});

  overridePolicies(config, endpoints);

  const auto routes = listRoutes(endpoints, config);
  EXPECT_EQ(fromOf(routes, "GET /a", "staleIfError"), "route.\"GET /a\".stale_if_error (--set)");
  EXPECT_EQ(fromOf(routes, "GET /a", "ignoreResponse"), "route.\"GET /a\".ignore_response (--set)");
  EXPECT_EQ(fromOf(routes, "GET /a", "varyByQueryExcept"), "route.\"GET /a\".vary_query_except (--set)");
}

TEST(RouteOverrides, NameTheKeyThatImpliesAnotherRule) {
  http::Endpoints endpoints;
  endpoints.get("/a", nothing, cache(30s));
  const auto config = loadConfig({.sets = {"route.\"GET /a\".honour_response=2h"}});

  overridePolicies(config, endpoints);

  EXPECT_EQ(fromOf(listRoutes(endpoints, config), "GET /a", "revalidate"),
            "route.\"GET /a\".honour_response (--set)");
}

TEST(RouteOverrides, RefuseConflictingKeysWithTheirPlace) {
  http::Endpoints endpoints;
  endpoints.get("/a", nothing, cache(30s));
  const auto config = loadConfig({.sets = {"route.\"GET /a\".soft_timeout=1s"}});

  try {
    checkRoutes(config, endpoints);
    ADD_FAILURE() << "taken";
  } catch (const ConfigError& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("--set route.\"GET /a\": cache policy: softTimeout"))
        << error.what();
  }
}

TEST(RouteList, ListsTheInvalidationsOfAWrite) {
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

TEST(HostEndpoints, CanBeListedWithoutADatabaseOrABackend) {
  http::Endpoints endpoints;

  addHostEndpoints(endpoints, unanswered({}), 7s);

  auto request = http::Request::of("GET", "/users/7");
  const auto match = endpoints.router().match(request);
  ASSERT_NE(match.endpoint, nullptr);
  EXPECT_EQ(match.endpoint->policy->expire(), 7s);
  EXPECT_THROW(match.endpoint->handler(request), std::logic_error);
}

}  // namespace
}  // namespace larder::host
