// SPDX-License-Identifier: Apache-2.0
#include "app/hot_keys.hpp"

#include <gtest/gtest.h>
#include <larder/cache.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <larder/http/app.hpp>
#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

class HotKeysAreFound : public testing::Test {
 protected:
  // Sends one request at the time of the test's clock, then advances the clock by `pause`.
  void ask(const std::string& name, nanoseconds pause, bool hit = true) {
    askFor([&] { return name; }, pause, hit);
  }
  template <class Name>
  void askFor(Name name, nanoseconds pause, bool hit = true) {
    if (keys_.isDue()) {
      const auto asked = name();
      keys_.add(std::hash<std::string>()(asked), hit, now_,
                [&] { return HotKeys::nameOf("GET /{name}", Key(asked), "/" + asked); });
      ++sampled_;
    }
    now_ += pause;
  }

  nanoseconds now_ = 1h;
  HotKeys keys_{now_};
  int sampled_ = 0;
};

TEST_F(HotKeysAreFound, WithTheirRateAndHitRatio) {
  for (int i = 0; i < 1200; ++i) {
    ask("hot", 100ms, i % 4 != 0);
    if (i % 10 == 0) ask("cold", 0ms);
  }

  const auto top = keys_.top(10, now_);

  ASSERT_EQ(top.size(), 2u);
  EXPECT_EQ(top[0].target, "/hot");
  EXPECT_EQ(top[0].route, "GET /{name}");
  EXPECT_EQ(top[0].key, Key("hot").full());
  EXPECT_NEAR(top[0].requestsPerSecond, 10, 0.5);
  EXPECT_NEAR(top[0].hitRatio, 0.75, 0.01);
  EXPECT_EQ(top[1].target, "/cold");
  EXPECT_NEAR(top[1].requestsPerSecond, 1, 0.1);
  EXPECT_EQ(keys_.top(1, now_).size(), 1u);
}

TEST_F(HotKeysAreFound, FromASampleIfThereAreManyRequests) {
  for (int i = 0; i < 2'000'000; ++i)
    askFor([i] { return i % 4 == 0 ? "hot" : "other" + std::to_string(i); }, 10us);

  const auto top = keys_.top(1, now_);

  ASSERT_EQ(top.size(), 1u);
  EXPECT_EQ(top[0].target, "/hot");
  EXPECT_NEAR(top[0].requestsPerSecond, 25'000, 5'000);
  EXPECT_LT(sampled_, 2 * 20 * static_cast<int>(HotKeys::kSamplesPerSecond));
}

TEST_F(HotKeysAreFound, AlsoIfRequestsComeInAFixedOrder) {
  for (int i = 0; i < 3'000'000; ++i) askFor([i] { return "key" + std::to_string(i % 64); }, 10us);

  const auto top = keys_.top(64, now_);

  ASSERT_EQ(top.size(), 64u);
  for (const auto& key : top) EXPECT_GT(key.requestsPerSecond, 1e5 / 64 / 4) << key.target;
}

TEST_F(HotKeysAreFound, AgainEachTimeTheTrafficMoves) {
  for (int i = 0; i < 6000; ++i) ask("former", 10ms);
  for (int i = 0; i < 12000; ++i) ask("present", 10ms);

  const auto top = keys_.top(2, now_);

  ASSERT_EQ(top.size(), 2u);
  EXPECT_EQ(top[0].target, "/present");
  EXPECT_LT(top[1].requestsPerSecond, 20);
  EXPECT_TRUE(keys_.top(2, now_ + 1h).empty());
}

TEST_F(HotKeysAreFound, AmongMoreKeysThanThereAreCounters) {
  for (int i = 0; i < 20'000; ++i) {
    ask("rare" + std::to_string(i), 10ms);
    if (i % 5 == 0) ask("hot", 0ms);
  }

  const auto top = keys_.top(1000, now_);

  EXPECT_LE(top.size(), HotKeys::kCounters);
  EXPECT_EQ(top[0].target, "/hot");
  EXPECT_NEAR(top[0].requestsPerSecond, 20, 2);
}

TEST(HotKeys, KeepsLittleOfALongKey) {
  const auto name = HotKeys::nameOf("GET /", Key(std::string(5000, 'k')), std::string(5000, 't'));

  EXPECT_LE(name.key.size(), 250u);
  EXPECT_EQ(name.target.size(), 256u);
}

class AppTellsHotKeys : public testing::Test {
 protected:
  void ask(const std::string& target, Headers headers = {}) {
    auto request = Request::of("GET", target);
    request.headers = std::move(headers);
    app_.handle(request);
  }

  conformance::ManualServices services_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
  App app_{cache_};
};

TEST_F(AppTellsHotKeys, WithTheHitsAndMissesOfCachedEndpoints) {
  const auto handler = [](const Request&) { return Response::text("body"); };
  app_.get("/users/{id}", handler, cache(30s));
  app_.get("/plain", handler);
  for (int i = 0; i < 4; ++i) ask("/users/7");
  ask("/users/8", {{"Cache-Control", "no-store"}});
  ask("/plain");
  services_.advance(10s);

  const auto top = app_.hotKeys(10);

  ASSERT_EQ(top.size(), 1u);
  EXPECT_EQ(top[0].target, "/users/7");
  EXPECT_EQ(top[0].route, "GET /users/{id}");
  EXPECT_TRUE(Key::ofFull(top[0].key));
  EXPECT_NEAR(top[0].requestsPerSecond, 0.4, 0.05);
  EXPECT_NEAR(top[0].hitRatio, 0.75, 0.01);
}

TEST_F(AppTellsHotKeys, OnceForRequestsThatDifferOnlyInTheOrderOfTheQuery) {
  app_.get(
      "/users", [](const Request&) { return Response::text("body"); }, cache(30s));
  ask("/users?a=1&b=2");
  ask("/users?b=2&a=1");

  EXPECT_EQ(app_.hotKeys(10).size(), 1u);
}

}  // namespace
}  // namespace larder::http
