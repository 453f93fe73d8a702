// SPDX-License-Identifier: Apache-2.0
#include "commands/top_figures.hpp"

#include <gtest/gtest.h>

#include <string>

#include "commands/figure_text.hpp"

namespace larder::host {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;

Json route(const std::string& name, bool cached, int hits, int misses) {
  return {{"route", name},
          {"cached", cached},
          {"requests",
           {{"none", 0}, {"hit", hits}, {"stale", 0}, {"miss", misses}, {"collapsed", 0}, {"bypass", 0}}},
          {"from_cache_ms", hits * 0.05},
          {"from_handler_ms", misses * 20.0},
          {"saved_ms", hits * 19.95}};
}

Json overview(int hits, int misses) {
  return {{"saved_ms", hits * 19.95},
          {"routes",
           {route("GET /users", true, hits, misses), route("GET /busy", true, 2 * hits, 0),
            route("POST /users", false, 0, misses), route("GET /never", true, 0, 0)}}};
}

const Json backends = Json::parse(
    R"({"active":"lru","backends":[{"name":"redis","plugin":"redis","active":false},
        {"name":"lru","plugin":"lru","active":true,"health":"up",
         "stats":{"entries":7,"bytes":1536,"capacity_bytes":67108864}}]})");
const Json hotKeys = Json::parse(
    R"({"hot_keys":[{"route":"GET /users","target":"/users?q=\u001b[2J","requests_per_second":12.5,"hit_ratio":0.9,"key":"k"}]})");

TopFigures figures(const Json& before, const Json& now) {
  return figuresOf({.before = before, .now = now, .between = 2s, .backends = backends, .hotKeys = hotKeys});
}

TEST(TopFigures, AreRatesBetweenTwoReadings) {
  const auto shown = figures(overview(100, 100), overview(130, 110));

  EXPECT_DOUBLE_EQ(shown.requests, (30 + 10 + 60 + 10) / 2.0);
  EXPECT_DOUBLE_EQ(shown.misses, 10 / 2.0);
  EXPECT_DOUBLE_EQ(*shown.hitRatio, 90 / 100.0);
  EXPECT_DOUBLE_EQ(*shown.hitRatioSinceStart, 390 / 500.0);
  EXPECT_DOUBLE_EQ(shown.savedMsPerSecond, 30 * 19.95 / 2);
  EXPECT_EQ(shown.backend, "lru");
  ASSERT_EQ(shown.routes.size(), 3u) << "a route without requests is left out";
  EXPECT_EQ(shown.routes[0].route, "GET /busy");
  EXPECT_DOUBLE_EQ(*shown.routes[1].hitRatio, 30 / 40.0);
  EXPECT_DOUBLE_EQ(*shown.routes[1].fromHandlerUs, 20'000);
}

TEST(TopFigures, AreNotNegativeIfTheHostHasRestarted) {
  const auto shown = figures(overview(100, 100), overview(3, 1));

  EXPECT_EQ(shown.requests, 0);
  EXPECT_EQ(shown.hitRatio, std::nullopt);
  EXPECT_EQ(shown.savedMsPerSecond, 0);
}

TEST(TopFigures, ArePrintedAsText) {
  const auto text = asText(figures(overview(100, 100), overview(130, 110)), {std::nullopt, 0.0, 0.5, 1.0});

  EXPECT_TRUE(text.starts_with("hit ratio  90.0 % now, 78.0 % since the start  ·▁▅█\n")) << text;
  EXPECT_NE(text.find("requests   55.0 per second, 5.0 of them misses\n"), std::string::npos) << text;
  EXPECT_NE(text.find("backend    lru up, 7 entries, 1.5KiB of 64.0MiB\n"), std::string::npos) << text;
  EXPECT_NE(text.find("GET /users   20.0        5.0       75.0 %      50us   20.0ms"), std::string::npos)
      << text;
  EXPECT_NE(text.find("/users?q=?[2J  12.5"), std::string::npos) << text;
}

TEST(TopFigures, ArePrintedAsJson) {
  const auto json = asJson(figures(overview(100, 100), overview(100, 100)));

  EXPECT_EQ(json["hit_ratio"], nullptr);
  EXPECT_EQ(json["hit_ratio_since_start"], 0.75);
  EXPECT_EQ(json["routes"].size(), 3u);
  EXPECT_EQ(json["hot_keys"][0]["requests_per_second"], 12.5);
  EXPECT_EQ(json["backend"]["capacity_bytes"], 67108864);
}

TEST(FigureText, CutsBetweenCharacters) {
  EXPECT_EQ(cutTo("▁▂▃", 2), "▁▂");
  EXPECT_EQ(cutTo("abc", 3), "abc");
  EXPECT_EQ(cutTo("abc", 0), "");
}

TEST(FigureText, ChoosesTheUnit) {
  EXPECT_EQ(durationText(41.2), "41us");
  EXPECT_EQ(durationText(2500), "2.5ms");
  EXPECT_EQ(durationText(31e6), "31.0s");
  EXPECT_EQ(durationText(270e6), "4.5min");
  EXPECT_EQ(bytesText(512), "512B");
  EXPECT_EQ(bytesText(64u << 20), "64.0MiB");
  EXPECT_EQ(shareText(std::nullopt), "-");
}

}  // namespace
}  // namespace larder::host
