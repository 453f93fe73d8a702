// SPDX-License-Identifier: Apache-2.0
//
// Tags that a handler gives its response, on each of our backends.
#include <larder/cache.hpp>
#include <larder/tiers.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <larder/http/app.hpp>
#include "engine/our_backends.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

CacheOptions patient() { return {.operationTimeout = 20s}; }

class HandlerTags : public ::testing::TestWithParam<tests::Kind> {
 protected:
  void SetUp() override {
    app_.get(
        "/teams/{id}",
        [this](const Request& request) {
          ++executions_;
          auto response = Response::text(std::to_string(version_.load()));
          response.caching.tags = {"team:" + request.param("id"), "user:7", "user:7"};
          if (meanwhile_) meanwhile_();
          return response;
        },
        cache(1h).tag("teams"));
    get("/teams/0");  // the App learns that this handler adds tags
    executions_ = 0;
  }

  std::string get(const std::string& target) {
    const auto response = app_.handle(Request::of("GET", target));
    body_ = response.body;
    const auto status = std::string(response.headers.get("Cache-Status").value_or("none"));
    return status.substr(0, status.find("; ttl"));
  }
  static void invalidate(Cache& host, const std::string& tag) {
    ASSERT_EQ(host.invalidate(std::vector<std::string>{tag}), Status::ok);
  }

  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
  Cache cache_{opened_.backend, patient()};
  Cache other_{opened_.backend, patient()};  // another host on the same store
  App app_{cache_};
  std::function<void()> meanwhile_;  // called by the handler
  std::atomic<int> version_{1};
  std::atomic<int> executions_{0};
  std::string body_;
};

constexpr const char* kStored = "larder; fwd=uri-miss; stored";
constexpr const char* kAnyHit = "larder; hit";

}  // namespace

INSTANTIATE_TEST_SUITE_P(Backends, HandlerTags, tests::ourBackends(), tests::nameOf);

TEST_P(HandlerTags, InvalidateTheResponse) {
  for (const auto* tag : {"team:1", "user:7", "teams"}) {
    EXPECT_EQ(get("/teams/1"), kStored) << tag;
    EXPECT_EQ(get("/teams/1"), kAnyHit) << tag;
    invalidate(other_, tag);
  }
  EXPECT_EQ(get("/teams/1"), kStored);
}

TEST_P(HandlerTags, OfOtherResponsesDoNotInvalidateIt) {
  EXPECT_EQ(get("/teams/1"), kStored);

  for (int i = 2; i < 40; ++i) invalidate(cache_, "team:" + std::to_string(i));

  EXPECT_EQ(get("/teams/1"), kAnyHit);
}

TEST_P(HandlerTags, InvalidatedWhileTheHandlerRunsPreventStoring) {
  for (Cache* host : {&cache_, &other_}) {
    for (const auto* tag : {"team:1", "user:7"}) {
      meanwhile_ = [&] { invalidate(*host, tag); };
      EXPECT_EQ(get("/teams/1"), "larder; fwd=uri-miss; detail=\"invalidated meanwhile\"") << tag;
    }
  }
  meanwhile_ = nullptr;
  EXPECT_EQ(get("/teams/1"), kStored);
  EXPECT_EQ(executions_, 5);
}

TEST_P(HandlerTags, WhoseRecordsTheStoreLosesMeanwhilePreventStoring) {
  meanwhile_ = [&] {
    invalidate(other_, "user:7");
    ASSERT_EQ(other_.clear("tags"), Status::ok);
  };
  EXPECT_EQ(get("/teams/1"), "larder; fwd=uri-miss; detail=\"invalidated meanwhile\"");
}

TEST_P(HandlerTags, AreKnownToAHostThatNeverRanTheHandler) {
  ASSERT_EQ(get("/teams/1"), kStored);
  App there(other_);
  there.get(
      "/teams/{id}", [](const Request&) { return Response::text("there"); }, cache(1h).tag("teams"));
  const auto ask = [&there] { return there.handle(Request::of("GET", "/teams/1")).body; };

  EXPECT_EQ(ask(), "1");
  invalidate(cache_, "user:7");
  EXPECT_EQ(ask(), "there");
}

TEST_P(HandlerTags, AreLearnedFromTheFirstResponseWhichIsNotStored) {
  App fresh(other_);
  fresh.get(
      "/fresh",
      [](const Request&) {
        auto response = Response::text("x");
        response.caching.tags = {"x"};
        return response;
      },
      cache(1h));
  const auto status = [&fresh] {
    const auto response = fresh.handle(Request::of("GET", "/fresh"));
    return std::string(response.headers.get("Cache-Status").value());
  };

  EXPECT_EQ(status(), "larder; fwd=uri-miss; detail=\"tags\"");
  EXPECT_EQ(status(), kStored);
  EXPECT_TRUE(status().starts_with(kAnyHit));
}

TEST_P(HandlerTags, ThatAreInvalidPreventStoring) {
  std::vector<std::string> tags;
  app_.get(
      "/odd",
      [&tags](const Request&) {
        auto response = Response::text("x");
        response.caching.tags = tags;
        return response;
      },
      cache(1h));
  for (const auto& odd : {std::vector<std::string>{""}, std::vector<std::string>{std::string(201, 'x')},
                          std::vector<std::string>(65, "x")}) {
    tags = odd;
    EXPECT_EQ(get("/odd"), "larder; fwd=uri-miss; detail=\"tags\"");
    EXPECT_EQ(body_, "x");
  }
}

// A value that was read before a write must not be served once the invalidation of that write has returned,
// in any interleaving.
TEST_P(HandlerTags, NothingOlderThanAnInvalidationIsServedAfterIt) {
  constexpr int rounds = 1500;
  std::atomic<bool> stop{false};
  std::atomic<int> tooOld{0};
  const auto reader = [&] {
    while (!stop) {
      const int least = version_;  // its invalidation may still be pending
      const auto response = app_.handle(Request::of("GET", "/teams/1"));
      if (std::stoi(response.body) < least - 1) ++tooOld;
    }
  };
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) readers.emplace_back(reader);

  for (int round = 0; round < rounds; ++round) {
    const int version = ++version_;
    EXPECT_EQ(cache_.invalidate(std::vector<std::string>{"user:7"}), Status::ok);
    const auto response = app_.handle(Request::of("GET", "/teams/1"));
    EXPECT_GE(std::stoi(response.body), version) << round;
    if (HasFailure()) break;
  }
  stop = true;
  for (auto& each : readers) each.join();

  EXPECT_EQ(tooOld, 0);
}

TEST(HandlerTagsOnTiers, AreComparedWithTheSharedStoreNotWithCopies) {
  HostServices services;
  servers::MemcachedServer server;  // does not announce changes
  const auto open = [&] {
    return tests::openStore(LARDER_MEMCACHED_PLUGIN, {{"servers", {server.url()}}}, services);
  };
  const std::shared_ptr<Backend> tiered =
      openTiers("tiered", Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "l1", {}, services), open(),
                {.l1Ttl = 1h}, services);
  const std::shared_ptr<Backend> plain = open();
  Cache here(tiered, patient());
  Cache there(plain, patient());
  int computations = 0;
  bool written = true;
  const auto get = [&](const std::string& key) {
    return here.getOrCompute({.nameSpace = "test",
                              .key = KeyBuilder().field(key).build(),
                              .expire = 1h,
                              .addsTags = true,
                              .compute = [&] {
                                ++computations;
                                if (written) {
                                  EXPECT_EQ(there.invalidate(std::vector<std::string>{"x"}), Status::ok);
                                }
                                return Computed{.payload = "v", .tags = {"x"}};
                              }});
  };

  for (const auto* key : {"a", "b", "c"}) EXPECT_EQ(get(key).storing, CacheResult::Storing::notCacheable);
  written = false;
  EXPECT_EQ(get("a").storing, CacheResult::Storing::stored);
  EXPECT_EQ(get("a").source, CacheResult::Source::hit);
  EXPECT_EQ(computations, 4);
}
