// SPDX-License-Identifier: Apache-2.0
//
// The measured faults of fastapi-cache 0.2.2 (docs/coming-from-fastapi-cache.md), checked on each built-in
// backend: the engine and the response cache must avoid them on all of them.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <larder/http/app.hpp>
#include "engine/our_backends.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using http::App;
using http::Handler;
using http::Headers;
using http::Request;
using http::Response;

namespace {

CacheOptions patient(const char* prefix) {
  return {.prefix = prefix, .operationTimeout = 20s, .flightWait = 60s};
}

Response get(const App& app, const std::string& target, Headers headers = {}) {
  auto request = Request::of("GET", target);
  request.headers = std::move(headers);
  return app.handle(request);
}

std::string status(const Response& response) {
  const std::string whole(response.headers.get("Cache-Status").value_or("none"));
  return whole.substr(0, whole.find("; ttl="));
}

class FastApiCacheFaults : public ::testing::TestWithParam<tests::Kind> {
 protected:
  Handler answering(const Response& response) {
    return [this, response](const Request&) {
      ++executions_;
      return response;
    };
  }
  // Returns the cached result of a function whose fresh result is `fresh`.
  std::string value(Cache& cache, std::string_view name_space, std::string_view key, const std::string& fresh,
                    std::vector<std::string> tags = {}) const {
    return std::string(cache
                           .getOrCompute({.nameSpace = name_space,
                                          .key = KeyBuilder().field(key).build(),
                                          .expire = 1h,
                                          .tags = std::move(tags),
                                          .compute = [&fresh] { return Computed{.payload = fresh}; }})
                           .payload.bytes());
  }

  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
  Cache cache_{opened_.backend, patient("shop")};
  App app_{cache_};
  std::atomic<int> executions_{0};
};

}  // namespace

TEST_P(FastApiCacheFaults, TwentyConcurrentColdRequestsRunTheHandlerOnce) {
  app_.get(
      "/slow",
      [&](const Request&) {
        ++executions_;
        EXPECT_TRUE(tests::eventually([this] { return cache_.counters().flightWaits == 19; }));
        return Response::text("slow");
      },
      cache(1h));
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i)
    clients.emplace_back([&] {
      if (get(app_, "/slow").body == "slow") ++right;
    });
  for (auto& client : clients) client.join();

  EXPECT_EQ(executions_, 1);
  EXPECT_EQ(right, 20);
}

TEST_P(FastApiCacheFaults, A404StaysA404AndIsNotStored) {
  app_.get("/users/9", answering(Response::problem(404, "none", "Not Found")), cache(1h));
  for (int i = 0; i < 2; ++i) {
    const auto response = get(app_, "/users/9");

    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(status(response), "larder; fwd=uri-miss; detail=\"status\"");
  }
  EXPECT_EQ(executions_, 2);
}

TEST_P(FastApiCacheFaults, ACached404IsA404OnTheHit) {
  app_.get("/users/9", answering(Response::problem(404, "none", "Not Found")),
           cache(1h).expireFor(404, 1min));
  get(app_, "/users/9");

  const auto hit = get(app_, "/users/9");

  EXPECT_EQ(status(hit), "larder; hit");
  EXPECT_EQ(hit.status, 404);
}

TEST_P(FastApiCacheFaults, AlicesBodyNeverGoesToBob) {
  const auto own = [](const Request& request) {
    return Response::text(std::string(request.headers.get("Authorization").value_or("nobody")));
  };
  app_.get("/me", own, cache(1h));
  app_.get("/varied", own, cache(1h).varyByHeader("Authorization"));
  std::atomic<int> wrong{0};
  std::vector<std::thread> visitors;
  for (const std::string user : {"alice", "bob", "carol"})
    visitors.emplace_back([&, user] {
      for (int i = 0; i < 50; ++i)
        for (const auto* path : {"/me", "/varied"})
          if (get(app_, path, {{"Authorization", user}}).body != user) ++wrong;
    });
  for (auto& visitor : visitors) visitor.join();

  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(get(app_, "/me").body, "nobody");
  EXPECT_EQ(get(app_, "/varied").body, "nobody");
}

TEST_P(FastApiCacheFaults, TheHandlersCacheControlIsSentAndObeyed) {
  auto response = Response::text("mine");
  response.headers.set("Cache-Control", "private, no-store");
  app_.get("/mine", answering(response), cache(1h));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(get(app_, "/mine").headers.get("Cache-Control"), "private, no-store");

  EXPECT_EQ(executions_, 2);
}

// Each run of this test is a new process, so the tag that all processes must agree on is hard-coded.
TEST_P(FastApiCacheFaults, TheEntityTagIsTheSameInEveryEngineAndProcess) {
  constexpr const char* of_this_body = "\"7d59a3ec7c67aefe7e22e688c546b965\"";
  Cache other_cache(opened_.backend, patient("other"));
  App other(other_cache);
  for (App* app : {&app_, &other}) {
    app->get("/users", answering(Response::json("[1]")), cache(1h));
    for (int miss_then_hit = 0; miss_then_hit < 2; ++miss_then_hit)
      EXPECT_EQ(get(*app, "/users").headers.get("ETag"), of_this_body);
  }
  EXPECT_EQ(executions_, 2);
}

TEST_P(FastApiCacheFaults, ClearingABCLeavesABCD) {
  for (const auto* name : {"abc", "abcd", "ab"}) {
    value(cache_, name, "k", "old");
    value(cache_, "tagged", name, "old", {name});
  }
  const std::vector<std::string> tag{"abc"};

  EXPECT_EQ(cache_.clear("abc"), Status::ok);
  EXPECT_EQ(cache_.invalidate(tag), Status::ok);

  for (const std::string name : {"abc", "abcd", "ab"}) {
    const auto expected = name == "abc" ? "new" : "old";
    EXPECT_EQ(value(cache_, name, "k", "new"), expected) << name;
    EXPECT_EQ(value(cache_, "tagged", name, "new", {name}), expected) << name;
  }
}

TEST_P(FastApiCacheFaults, NamespacesTagsAndKeysMayContainAnyBytes) {
  for (const std::string& name :
       {std::string("it's"), std::string("a\"b"), std::string("*"), std::string("a b\r\nc"),
        std::string("nul\0l", 5), std::string(200, '\xff')}) {
    const std::vector<std::string> tag{name};
    value(cache_, name, name, "old", tag);
    value(cache_, "other", name, "old", tag);

    EXPECT_EQ(value(cache_, name, name, "new", tag), "old");
    EXPECT_EQ(cache_.clear(name), Status::ok);
    EXPECT_EQ(value(cache_, name, name, "cleared", tag), "cleared");
    EXPECT_EQ(value(cache_, "other", name, "new", tag), "old");
    EXPECT_EQ(cache_.invalidate(tag), Status::ok);
    EXPECT_EQ(value(cache_, name, name, "invalidated", tag), "invalidated");
    EXPECT_EQ(value(cache_, "other", name, "invalidated", tag), "invalidated");
  }
}

TEST_P(FastApiCacheFaults, ASecondEngineIsIndependent) {
  Cache second(opened_.backend, patient("shop2"));
  const std::vector<std::string> tag{"t"};
  EXPECT_EQ(value(cache_, "n", "k", "of the first", tag), "of the first");
  EXPECT_EQ(value(second, "n", "k", "of the second", tag), "of the second");

  EXPECT_EQ(cache_.clear("n"), Status::ok);
  EXPECT_EQ(cache_.invalidate(tag), Status::ok);

  EXPECT_EQ(value(cache_, "n", "k", "new", tag), "new");
  EXPECT_EQ(value(second, "n", "k", "new", tag), "of the second");
}

INSTANTIATE_TEST_SUITE_P(Backends, FastApiCacheFaults, tests::ourBackends(), tests::nameOf);
