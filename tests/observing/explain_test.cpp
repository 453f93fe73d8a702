// SPDX-License-Identifier: Apache-2.0
//
// An explanation is only useful if the request then behaves that way, so most tests here check both.
#include <larder/http/explain.hpp>

#include <gtest/gtest.h>

#include <larder/http/app.hpp>
#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;
using Outcome = Explanation::Outcome;
using Finding = Inspection::Finding;

class Explain : public testing::Test {
 protected:
  Explain() {
    app_.get("/plain", answer("plain"));
    app_.get("/users", answer("users"), cache(30s).tag("users"));
    app_.get("/users/{id}", answer("user"), cache(30s).tag("users", "user:{id}"));
    app_.get("/stale", answer("stale"), cache(30s).staleWhileRevalidate(10s).staleIfError(1min));
    app_.get("/fresh", answer("fresh"), cache(30s).honourClient());
    app_.get("/varied", answer("varied"), cache(30s).varyByQuery("page").varyByHeader("Accept"));
    app_.post("/users", answer("made"), invalidates("users"));
  }

  static Handler answer(const std::string& body) {
    return [body](const Request&) { return Response::text(body); };
  }
  static Request request(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    auto request = Request::of(method, target);
    request.headers = std::move(headers);
    return request;
  }
  // Returns the explanation of a request, then the response to it.
  struct Both {
    Explanation said;
    std::string done;
  };
  Both ask(const Request& request) {
    auto said = app_.explain(request);
    const auto response = app_.handle(request);
    return {std::move(said), std::string(response.headers.get("Cache-Status").value_or("-"))};
  }

  conformance::ManualServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_LRU_PLUGIN, services_);
  Cache cache_{backend_, {}};
  App app_{cache_};
};

TEST_F(Explain, AMissThenAHitWithAgeTagsAndSize) {
  const auto miss = ask(request("/users/7"));
  services_.advance(5s);
  const auto hit = ask(request("/users/7"));

  EXPECT_EQ(miss.said.outcome, Outcome::miss);
  EXPECT_EQ(miss.said.reason, "nothing is stored under this key");
  EXPECT_EQ(miss.done, "larder; fwd=uri-miss; stored");
  EXPECT_EQ(hit.said.outcome, Outcome::hit);
  EXPECT_EQ(hit.said.reason, "it is fresh for another 25s");
  EXPECT_EQ(hit.done, "larder; hit; ttl=25");
  EXPECT_EQ(hit.said.endpoint->name(), "GET /users/{id}");
  EXPECT_EQ(hit.said.entry.age, 5s);
  EXPECT_EQ(hit.said.entry.ttl, 25s);
  EXPECT_EQ(hit.said.entry.tags, (std::vector<std::string>{"users", "user:7"}));
  EXPECT_GT(hit.said.entry.bytes, hit.said.entry.payload.size());
}

TEST_F(Explain, ChangesNothing) {
  app_.explain(request("/users"));
  app_.explain(request("/users"));

  EXPECT_EQ(ask(request("/users")).done, "larder; fwd=uri-miss; stored");
  EXPECT_EQ(cache_.counters().misses, 1u);
  EXPECT_EQ(cache_.counters().computations, 1u);
}

TEST_F(Explain, NamesTheTagThatWasInvalidated) {
  ask(request("/users/7"));
  const std::string tag = "user:7";
  cache_.invalidate(std::span(&tag, 1));

  const auto both = ask(request("/users/7"));

  EXPECT_EQ(both.said.outcome, Outcome::miss);
  EXPECT_EQ(both.said.entry.finding, Finding::outdated);
  EXPECT_EQ(both.said.entry.outdatedTags, std::vector<std::string>{"user:7"});
  EXPECT_TRUE(both.said.reason.ends_with(": user:7")) << both.said.reason;
  EXPECT_EQ(both.done, "larder; fwd=uri-miss; stored");
}

TEST_F(Explain, DistinguishesServableFromUnservableStaleEntries) {
  ask(request("/stale"));
  services_.advance(35s);
  const auto within = app_.explain(request("/stale"));
  services_.advance(10s);
  const auto beyond = app_.explain(request("/stale"));
  services_.advance(1h);
  const auto gone = app_.explain(request("/stale"));

  EXPECT_EQ(within.outcome, Outcome::stale);
  EXPECT_EQ(within.reason, "it expired 5s ago, within staleWhileRevalidate; a request refreshes it");
  EXPECT_EQ(within.entry.kept, 55s);
  EXPECT_EQ(beyond.outcome, Outcome::miss);
  EXPECT_EQ(beyond.reason, "it expired 15s ago; staleIfError allows it if the handler fails");
  EXPECT_EQ(gone.outcome, Outcome::miss);
}

TEST_F(Explain, AStaleEntryIsServedAsItSays) {
  ask(request("/stale"));
  services_.advance(35s);

  const auto both = ask(request("/stale"));

  EXPECT_EQ(both.said.outcome, Outcome::stale);
  EXPECT_EQ(both.done, "larder; hit; ttl=-5; detail=\"stale-while-revalidate\"");
}

TEST_F(Explain, AResponseWhoseOwnFieldsShortenItsLifetime) {
  app_.get(
      "/brief",
      [](const Request&) {
        return Response{200, {{"Cache-Control", "max-age=5"}}, "[1]"};
      },
      cache(30s));
  ask(request("/brief"));

  const auto fresh = app_.explain(request("/brief"));

  EXPECT_EQ(fresh.reason, "it is fresh for another 5s; its own header fields limit it to 5s instead of 30s");
}

TEST_F(Explain, ABypassWithItsReason) {
  ask(request("/users"));
  const auto credentials = ask(request("/users", {{"Authorization", "Basic eA=="}}));
  const auto no_store = ask(request("/users", {{"Cache-Control", "no-store"}}));

  EXPECT_EQ(credentials.said.outcome, Outcome::bypass);
  EXPECT_EQ(credentials.said.reason, "the request has Authorization, and the policy does not vary by it");
  EXPECT_EQ(credentials.done, "larder; fwd=bypass; detail=\"authorization\"");
  EXPECT_EQ(no_store.said.reason, "the request says Cache-Control: no-store");
  EXPECT_EQ(no_store.said.entry.finding, Finding::fresh) << "the stored entry is shown nevertheless";
}

TEST_F(Explain, ARequestThatWantsANewerResponseThanTheStoredOne) {
  ask(request("/fresh"));
  services_.advance(6s);

  const auto suits = ask(request("/fresh", {{"Cache-Control", "max-age=6"}}));
  const auto older = ask(request("/fresh", {{"Cache-Control", "max-age=5"}}));

  EXPECT_EQ(suits.said.outcome, Outcome::hit);
  EXPECT_EQ(older.said.outcome, Outcome::miss);
  EXPECT_EQ(older.said.reason,
            "the request's max-age or min-fresh requires a newer one, and the policy honours that");
  EXPECT_EQ(older.done, "larder; fwd=request; stored");
}

TEST_F(Explain, ARequestThatWantsANewResponse) {
  ask(request("/fresh"));
  ask(request("/users"));
  const Headers no_cache{{"Cache-Control", "no-cache"}};

  const auto honoured = ask(request("/fresh", no_cache));
  const auto head = ask(request("/fresh", no_cache, "HEAD"));
  const auto not_honoured = ask(request("/users", no_cache));

  EXPECT_EQ(honoured.said.outcome, Outcome::miss);
  EXPECT_EQ(honoured.done, "larder; fwd=request; stored");
  EXPECT_EQ(head.said.outcome, Outcome::miss);
  EXPECT_TRUE(head.said.reason.ends_with("the response to a HEAD is not stored"));
  EXPECT_EQ(not_honoured.said.outcome, Outcome::hit);
}

TEST_F(Explain, AHeadAndAnOnlyIfCachedRequest) {
  const auto head = ask(request("/users", {}, "HEAD"));
  const auto only = ask(request("/users", {{"Cache-Control", "only-if-cached"}}));
  ask(request("/users"));
  const auto found = ask(request("/users", {}, "HEAD"));

  EXPECT_EQ(head.said.reason, "nothing is stored under this key; the response to a HEAD is not stored");
  EXPECT_EQ(only.said.reason, "nothing is stored under this key; the request says only-if-cached: 504");
  EXPECT_EQ(only.done, "larder; fwd=uri-miss; detail=\"only-if-cached\"");
  EXPECT_EQ(found.said.outcome, Outcome::hit);
}

TEST_F(Explain, AHeadIsNotServedStale) {
  ask(request("/stale"));
  services_.advance(35s);

  const auto both = ask(request("/stale", {}, "HEAD"));

  EXPECT_EQ(both.said.outcome, Outcome::miss);
  EXPECT_EQ(both.said.reason, "it expired 5s ago; the response to a HEAD is not stored");
  EXPECT_EQ(both.done, "larder; fwd=uri-miss; detail=\"head\"");
}

TEST_F(Explain, AClientThatAlreadyHasTheResponse) {
  const auto tag = std::string(app_.handle(request("/users")).headers.get("ETag").value());

  const auto said = app_.explain(request("/users", {{"If-None-Match", tag}}));

  EXPECT_EQ(said.reason, "it is fresh for another 30s; the client already has it: 304");
}

TEST_F(Explain, TheKeyByItsFields) {
  const auto said =
      app_.explain(request("/varied?page=2&tracker=9", {{"Host", "larder:8080"}, {"Accept", "text/plain"}}));

  std::vector<std::string> fields;
  for (const auto& field : said.keyFields)
    fields.push_back(field.name + "=" + field.value.value_or("(none)"));
  EXPECT_EQ(fields, (std::vector<std::string>{"method=GET", "host=larder:8080", "path=/varied",
                                              "query page=2", "header Accept=text/plain"}));
  EXPECT_EQ(said.key.full(), "3:GET11:larder:80807:/varied4:page1:2-10:text/plain");
  EXPECT_EQ(said.entry.nameSpace, "larder:responses");
  EXPECT_EQ(said.entry.key, said.key.stored());
}

TEST_F(Explain, AFieldThatTheRequestLacks) {
  const auto said = app_.explain(request("/varied"));

  EXPECT_EQ(said.keyFields.back().name, "header Accept");
  EXPECT_EQ(said.keyFields.back().value, std::nullopt);
}

TEST_F(Explain, RequestsThatAreNotCached) {
  const auto plain = app_.explain(request("/plain"));
  const auto write = app_.explain(request("/users", {}, "POST"));
  const auto nowhere = app_.explain(request("/nowhere"));
  const auto wrong_method = app_.explain(request("/plain", {}, "PUT"));

  EXPECT_EQ(plain.outcome, Outcome::notCached);
  EXPECT_EQ(write.reason,
            "the route has no cache policy; any response except a 4xx invalidates its tags: users");
  EXPECT_EQ(nowhere.outcome, Outcome::noEndpoint);
  EXPECT_EQ(nowhere.reason, "no route matches this path: 404");
  EXPECT_EQ(wrong_method.reason, "the path allows only GET: 405");
}

TEST_F(Explain, ACompressedEntry) {
  if (!canCompress()) GTEST_SKIP() << "built without zstd";
  app_.get("/large", answer(std::string(10'000, 'x')), cache(30s).compress(100));
  ask(request("/large"));

  const auto both = ask(request("/large"));

  EXPECT_EQ(both.said.outcome, Outcome::hit);
  EXPECT_EQ(both.done, "larder; hit; ttl=30");
  EXPECT_LT(both.said.entry.bytes, 1000u) << "the size as stored";
  ASSERT_TRUE(both.said.stored);
  EXPECT_EQ(both.said.stored->body.size(), 10'000u) << "the size as served";
}

TEST_F(Explain, ADamagedEntry) {
  ask(request("/users"));
  const auto said = app_.explain(request("/users"));
  backend_->perform({.code = OpCode::set,
                     .nameSpace = said.entry.nameSpace,
                     .key = said.entry.key,
                     .value = "nothing of ours",
                     .ttl = 1h},
                    backend_->in(1s));

  const auto both = ask(request("/users"));

  EXPECT_EQ(both.said.entry.finding, Finding::unreadable);
  EXPECT_EQ(both.said.entry.bytes, 15u);
  EXPECT_EQ(both.said.outcome, Outcome::miss);
  EXPECT_EQ(both.done, "larder; fwd=uri-miss; stored");
}

}  // namespace
}  // namespace larder::http
