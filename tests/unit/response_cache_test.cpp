// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <larder/http/app.hpp>
#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"

using namespace larder::http;
using larder::invalidates;
using namespace std::chrono_literals;

namespace {

constexpr const char* kStored = "larder; fwd=uri-miss; stored";

class ResponseCaching : public ::testing::Test {
 protected:
  // Answers as the test wants, and counts its runs.
  Handler handler() {
    return [this](const Request&) {
      ++executions_;
      return answer_;
    };
  }

  Response get(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    auto request = Request::of(method, target);
    request.headers = std::move(headers);
    return app_.handle(request);
  }
  static std::string status(const Response& response) {
    return std::string(response.headers.get("Cache-Status").value_or("none"));
  }

  larder::conformance::ManualServices services_;
  larder::Cache cache_{larder::openBackend(LARDER_LRU_PLUGIN, services_), {}};
  App app_{cache_};
  Response answer_ = Response::json("[1]");
  int executions_ = 0;
};

}  // namespace

TEST_F(ResponseCaching, RunsTheHandlerOncePerTimeToLive) {
  app_.get("/users", handler(), larder::cache(30s));

  const auto first = get("/users");
  services_.advance(1s);
  const auto second = get("/users");
  services_.advance(29s);
  const auto third = get("/users");

  EXPECT_EQ(status(first), kStored);
  EXPECT_EQ(status(second), "larder; hit; ttl=29");
  EXPECT_EQ(status(third), kStored);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(second.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(executions_, 2);
}

TEST_F(ResponseCaching, AgeCountsWholeSecondsAndDateIsThatOfTheResponse) {
  app_.get("/users", handler(), larder::cache(30s));
  EXPECT_FALSE(get("/users").headers.has("Age"));

  services_.advance(2500ms);

  const auto hit = get("/users");
  EXPECT_EQ(hit.headers.get("Age"), "2");
  EXPECT_EQ(hit.headers.get("Date"), "Tue, 14 Nov 2023 23:13:20 GMT");
}

TEST_F(ResponseCaching, WithoutAPolicyNothingIsCached) {
  app_.get("/health", handler());

  get("/health");

  EXPECT_EQ(status(get("/health")), "none");
  EXPECT_EQ(executions_, 2);
}

TEST_F(ResponseCaching, ResponsesThatMustNotBeSharedAreNeverStored) {
  app_.get("/users", handler(), larder::cache(30s));
  const auto with = [](const char* name, const char* value) {
    auto response = Response::json("[1]");
    response.headers.set(name, value);
    return response;
  };
  const std::vector<std::pair<Response, const char*>> cases{
      {with("Set-Cookie", "sid=1"), "set-cookie"},
      {with("Cache-Control", "max-age=5, No-Store"), "no-store"},
      {with("Cache-Control", "private=\"x\""), "private"},
      {with("Cache-Control", "no-cache"), "no-cache"},
      {with("Vary", "*"), "vary"},
      {Response::problem(404, "x", "y"), "status"},
      {Response::problem(500, "x", "y"), "status"},
      {Response::noContent(), "status"}};
  for (const auto& [response, reason] : cases) {
    answer_ = response;
    for (int i = 0; i < 2; ++i) {
      const auto got = get("/users");
      EXPECT_EQ(status(got), std::string("larder; fwd=uri-miss; detail=\"") + reason + "\"");
      EXPECT_EQ(got.status, response.status);
      EXPECT_EQ(got.headers.get("Cache-Control"), response.headers.get("Cache-Control"));
    }
  }
  EXPECT_EQ(executions_, 16);
}

TEST_F(ResponseCaching, RequestWithCredentialsNeitherReadsNorFillsTheCache) {
  app_.get("/users", handler(), larder::cache(30s));
  get("/users");

  EXPECT_EQ(status(get("/users", {{"Authorization", "Bearer alice"}})),
            "larder; fwd=bypass; detail=\"authorization\"");
  EXPECT_EQ(executions_, 2);
}

TEST_F(ResponseCaching, PolicyThatVariesByCredentialsKeepsUsersApart) {
  app_.get(
      "/me",
      [](const Request& request) {
        return Response::text(std::string(*request.headers.get("Authorization")));
      },
      larder::cache(30s).varyByHeader("Authorization"));
  get("/me", {{"Authorization", "alice"}});

  EXPECT_EQ(get("/me", {{"Authorization", "bob"}}).body, "bob");
  EXPECT_EQ(status(get("/me", {{"authorization", "alice"}})), "larder; hit; ttl=30");
  EXPECT_EQ(get("/me", {{"Authorization", "alice"}}).headers.get("Vary"), "Authorization");
}

TEST_F(ResponseCaching, RequestNoStoreIsHonored) {
  app_.get("/users", handler(), larder::cache(30s));

  EXPECT_EQ(status(get("/users", {{"Cache-Control", "NO-STORE"}})),
            "larder; fwd=bypass; detail=\"no-store\"");
  EXPECT_EQ(status(get("/users")), kStored);
}

TEST_F(ResponseCaching, RequestWithABodyNeitherReadsNorFillsTheCache) {
  app_.get(
      "/search", [](const Request& request) { return Response::text("for " + request.body); },
      larder::cache(30s));
  const auto poisoned = app_.handle(Request::of("GET", "/search", "evil"));

  EXPECT_EQ(status(poisoned), "larder; fwd=bypass; detail=\"body\"");
  EXPECT_EQ(poisoned.body, "for evil");
  EXPECT_EQ(get("/search").body, "for ");
  EXPECT_EQ(app_.handle(Request::of("GET", "/search", "other")).body, "for other");
}

TEST_F(ResponseCaching, RequestNoCacheDoesNotBypassTheCache) {
  app_.get("/users", handler(), larder::cache(30s));
  get("/users");

  EXPECT_EQ(status(get("/users", {{"Cache-Control", "no-cache, max-age=0"}})), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, HonoredClientRecomputesTheResponseForEveryone) {
  app_.get("/users", handler(), larder::cache(30s).honourClient());
  get("/users");
  answer_ = Response::json("[2]");

  EXPECT_EQ(status(get("/users", {{"Cache-Control", "max-age=10"}})), "larder; hit; ttl=30");
  EXPECT_EQ(status(get("/users", {{"Cache-Control", "No-Cache"}}, "HEAD")),
            "larder; fwd=request; detail=\"head\"");
  EXPECT_EQ(status(get("/users", {{"Cache-Control", "No-Cache"}})), "larder; fwd=request; stored");
  EXPECT_EQ(get("/users").body, "[2]");
  EXPECT_EQ(status(get("/users", {{"Cache-Control", "max-age=0"}})), "larder; fwd=request; stored");
  EXPECT_EQ(status(get("/users", {{"Cache-Control", "no-cache, only-if-cached"}})), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, ChosenStatusesAreCachedWithTheirStatus) {
  app_.get("/users", handler(), larder::cache(30s).statuses(204, 410).expireFor(404, 5s));
  const std::vector<std::pair<Response, const char*>> cases{{Response::noContent(), "30"},
                                                            {Response::problem(410, "x", "y"), "30"},
                                                            {Response::problem(404, "x", "y"), "5"}};
  int page = 0;
  for (const auto& [response, ttl] : cases) {
    answer_ = response;
    const auto target = "/users?page=" + std::to_string(++page);
    EXPECT_EQ(status(get(target)), kStored);
    const auto hit = get(target);
    EXPECT_EQ(status(hit), std::string("larder; hit; ttl=") + ttl);
    EXPECT_EQ(hit.status, response.status);
    EXPECT_EQ(hit.body, response.body);
  }
  answer_ = Response::problem(503, "x", "y");
  EXPECT_EQ(status(get("/users")), "larder; fwd=uri-miss; detail=\"status\"");
}

TEST_F(ResponseCaching, StatusMayBeCachedLongerThanA200) {
  app_.get("/users", handler(), larder::cache(5s).expireFor(404, 60s).tag("users"));
  get("/users?page=1");
  answer_ = Response::problem(404, "x", "y");
  get("/users?page=2");

  services_.advance(20s);

  EXPECT_EQ(status(get("/users?page=2")), "larder; hit; ttl=40");
  EXPECT_EQ(status(get("/users?page=1")), kStored);
}

TEST_F(ResponseCaching, CachedErrorDoesNotReplaceAStaleResponse) {
  app_.get("/users", handler(), larder::cache(5s).expireFor(503, 1s).staleIfError(60s));
  get("/users");
  answer_ = Response::problem(503, "x", "y");

  services_.advance(6s);

  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=-1; detail=\"stale-if-error\"");
  EXPECT_EQ(get("/users?page=2").status, 503);
  EXPECT_EQ(status(get("/users?page=2")), "larder; hit; ttl=1");
}

TEST_F(ResponseCaching, CachedErrorIsNotServedForALaterError) {
  app_.get("/users", handler(), larder::cache(5s).expireFor(503, 1s).staleIfError(60s));
  answer_ = Response::problem(503, "x", "y");
  get("/users");

  services_.advance(2s);

  EXPECT_EQ(status(get("/users")), kStored);
  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=1");
}

TEST_F(ResponseCaching, HandlerShortensTheTimeToLiveOfItsResponse) {
  app_.get("/users", handler(), larder::cache(30s));
  for (const auto& [wanted, ttl] : {std::pair(5s, "5"), std::pair(90s, "30")}) {
    answer_.caching.expire = wanted;
    const auto target = std::string("/users?ttl=") + ttl;
    EXPECT_EQ(status(get(target)), kStored);
    EXPECT_EQ(status(get(target)), std::string("larder; hit; ttl=") + ttl);
  }
}

TEST_F(ResponseCaching, HandlerPreventsStoringOfItsResponse) {
  app_.get("/users", handler(), larder::cache(30s));
  const auto unkept = "larder; fwd=uri-miss; detail=\"handler\"";

  answer_.caching = {.skip = true};
  EXPECT_EQ(status(get("/users")), unkept);
  answer_.caching = {.expire = 0s};
  EXPECT_EQ(status(get("/users")), unkept);
  answer_.caching = {};
  EXPECT_EQ(status(get("/users")), kStored);
}

TEST_F(ResponseCaching, ClientMayKeepItsCopyForTheTimeLeft) {
  app_.get("/users", handler(), larder::cache(30s).clientMaxAge(20s).expireFor(404, 500ms));

  EXPECT_EQ(get("/users").headers.get("Cache-Control"), "max-age=20");
  services_.advance(15s);
  const auto hit = get("/users");
  EXPECT_EQ(hit.headers.get("Cache-Control"), "max-age=20");  // the remaining time, without Age
  EXPECT_EQ(hit.headers.get("Age"), "15");
  answer_.caching.expire = 3s;
  EXPECT_EQ(get("/users?page=2").headers.get("Cache-Control"), "max-age=3");
  answer_ = Response::problem(404, "x", "y");
  EXPECT_EQ(get("/users?page=3").headers.get("Cache-Control"), "no-cache");
}

TEST(CachePolicies, RefuseContradictions) {
  const auto policy = [] { return larder::cache(30s); };
  for (const int status : {100, 199, 206, 304, 600}) {
    EXPECT_THROW(policy().statuses(status), std::invalid_argument) << status;
    EXPECT_THROW(policy().expireFor(status, 1s), std::invalid_argument) << status;
  }
  EXPECT_THROW(policy().expireFor(404, 0s), std::invalid_argument);
  EXPECT_THROW(policy().clientMaxAge(0s), std::invalid_argument);
  EXPECT_THROW(policy().varyByHeader("*"), std::invalid_argument);
  EXPECT_THROW(policy().honourResponse(0s), std::invalid_argument);
  EXPECT_THROW(policy().revalidate(0s), std::invalid_argument);
  EXPECT_THROW(policy().varyByQuery("a").varyByQueryExcept(larder::trackingParameters),
               std::invalid_argument);
  EXPECT_THROW(policy().varyByQueryExcept(larder::trackingParameters).varyByQuery("a"),
               std::invalid_argument);
}

TEST_F(ResponseCaching, OnlyIfCachedWithoutAnEntryIs504) {
  app_.get("/users", handler(), larder::cache(30s));

  EXPECT_EQ(get("/users", {{"Cache-Control", "only-if-cached"}}).status, 504);
  EXPECT_EQ(executions_, 0);
  get("/users");
  EXPECT_EQ(get("/users", {{"Cache-Control", "only-if-cached"}}).status, 200);
}

TEST_F(ResponseCaching, QueryOrderOfNamesDoesNotMatterOrderOfValuesDoes) {
  app_.get("/users", handler(), larder::cache(30s));
  get("/users?a=1&b=2&b=3");

  EXPECT_EQ(status(get("/users?b=2&b=3&a=1")), "larder; hit; ttl=30");
  EXPECT_EQ(status(get("/users?b=3&b=2&a=1")), kStored);
  EXPECT_EQ(status(get("/users?a=1%26b=2&b=3")), kStored);
}

TEST_F(ResponseCaching, OnlyChosenQueryParametersDistinguish) {
  app_.get("/users", handler(), larder::cache(30s).varyByQuery("page"));
  get("/users?page=1&utm=a");

  EXPECT_EQ(status(get("/users?utm=b&page=1")), "larder; hit; ttl=30");
  EXPECT_EQ(status(get("/users?page=2")), kStored);
}

TEST_F(ResponseCaching, HostsAndPathCaseDistinguishEntries) {
  app_.get("/users/{name}", handler(), larder::cache(30s));
  get("/users/a", {{"Host", "one"}});

  EXPECT_EQ(status(get("/users/a", {{"Host", "two"}})), kStored);
  EXPECT_EQ(status(get("/users/A", {{"Host", "one"}})), kStored);
}

TEST_F(ResponseCaching, EntityTagIsTheSameOnMissAndHitAndAnswers304) {
  app_.get("/users", handler(), larder::cache(30s));
  const auto miss = get("/users");
  const auto tag = std::string(miss.headers.get("ETag").value());

  EXPECT_EQ(get("/users").headers.get("ETag"), tag);
  for (const auto& wanted : {tag, "\"x\", W/" + tag, std::string("*")}) {
    const auto unchanged = get("/users", {{"If-None-Match", wanted}});
    EXPECT_EQ(unchanged.status, 304) << wanted;
    EXPECT_TRUE(unchanged.body.empty());
    EXPECT_EQ(unchanged.headers.get("ETag"), tag);
    EXPECT_EQ(unchanged.headers.get("Cache-Control"), "no-cache");
    EXPECT_FALSE(unchanged.headers.has("Content-Type"));
  }
  EXPECT_EQ(get("/users", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(ResponseCaching, IfModifiedSinceIsUsedWithALastModifiedAndWithoutATag) {
  app_.get("/users", handler(), larder::cache(30s));
  const auto since = [this](const std::string& date, Headers others = {}) {
    others.set("If-Modified-Since", date);
    return get("/users", others).status;
  };
  EXPECT_EQ(since("Sun, 06 Nov 1994 08:49:37 GMT"), 200);
  answer_.headers.set("Last-Modified", "Sun, 06 Nov 1994 08:49:37 GMT");
  services_.advance(30s);

  for (int miss_then_hit = 0; miss_then_hit < 2; ++miss_then_hit)
    EXPECT_EQ(since("Sun, 06 Nov 1994 08:49:37 GMT"), 304);
  EXPECT_EQ(since("Sunday, 06-Nov-94 08:49:38 GMT"), 304);
  EXPECT_EQ(since("Sun Nov  6 08:49:37 1994"), 304);
  EXPECT_EQ(since("Sun, 06 Nov 1994 08:49:36 GMT"), 200);
  EXPECT_EQ(since("tomorrow"), 200);
  EXPECT_EQ(since("Sun, 06 Nov 1994 08:49:37 GMT", {{"If-None-Match", "\"other\""}}), 200);
}

TEST_F(ResponseCaching, PartOfAResponseIsNotStored) {
  app_.get("/users", handler(), larder::cache(30s));
  answer_ = Response::json("[", 206);

  EXPECT_EQ(status(get("/users", {{"Range", "bytes=0-0"}})), "larder; fwd=uri-miss; detail=\"status\"");
  EXPECT_EQ(status(get("/users")), "larder; fwd=uri-miss; detail=\"status\"");
  answer_ = Response::json("[1]");
  services_.advance(3s);  // the end of hit-for-miss
  EXPECT_EQ(status(get("/users")), kStored);
  EXPECT_EQ(get("/users", {{"Range", "bytes=0-0"}}).body, "[");
}

TEST_F(ResponseCaching, PolicyThatVariesByCookieKeepsUsersApart) {
  app_.get(
      "/me",
      [](const Request& request) { return Response::text(request.headers.joined("Cookie").value_or("-")); },
      larder::cache(30s).varyByHeader("Cookie"));
  for (int miss_then_hit = 0; miss_then_hit < 2; ++miss_then_hit) {
    EXPECT_EQ(get("/me", {{"Cookie", "sid=alice"}}).body, "sid=alice");
    EXPECT_EQ(get("/me", {{"Cookie", "sid=bob"}}).body, "sid=bob");
    EXPECT_EQ(get("/me", {{"Cookie", ""}}).body, "");
    EXPECT_EQ(get("/me").body, "-");
  }
}

TEST_F(ResponseCaching, PathThatLooksLikeAFileHasItsOwnEntryOrIsUnknown) {
  app_.get(
      "/users/{id}",
      [](const Request& request) {
        const auto& id = request.param("id");
        return id == "1" || id == "A" ? Response::text(request.path)
                                      : Response::problem(404, "user-not-found", "Not Found");
      },
      larder::cache(30s));
  get("/users/1");

  for (const auto* target : {"/users/1;x.css", "/users/1%2fx.css", "/users/1%3bx.css"}) {
    const auto got = get(target);
    EXPECT_EQ(got.status, 404) << target;
    EXPECT_EQ(status(got), "larder; fwd=uri-miss; detail=\"status\"") << target;
  }
  EXPECT_EQ(status(get("/users/1/x.js")), "none");
  get("/users/A");
  EXPECT_EQ(get("/users/%41").body, "/users/%41");  // as sent: the key does not decode escapes
}

TEST_F(ResponseCaching, CraftedParametersCannotForgeAnotherKey) {
  app_.get(
      "/users",
      [](const Request& request) {
        std::string seen;
        for (const auto& [name, value] : request.query) seen += "<" + name + "><" + value + ">";
        return Response::text(seen + request.headers.joined("Accept").value_or(""));
      },
      larder::cache(30s).varyByHeader("Accept"));
  const std::vector<std::pair<std::string, std::string>> twins{
      {"/users?a=1:b", "/users?a=1&b"},         {"/users?ab=c", "/users?a=bc"},
      {"/users?a=1%26b%3D2", "/users?a=1&b=2"}, {"/users?a%3D1=2", "/users?a=1%3D2"},
      {"/users?a=1%00b", "/users?a=1%00&b"},    {"/users?A=1", "/users?a=1"}};
  for (const auto& [one, other] : twins) {
    get(one);
    EXPECT_NE(get(other).body, get(one).body) << one << " and " << other;
  }
  get("/users?Accept=x");
  EXPECT_EQ(get("/users", {{"Accept", "<Accept><x>"}}).body, "<Accept><x>");
}

TEST_F(ResponseCaching, HeadHasTheFieldsOfTheGet) {
  app_.get("/users", handler(), larder::cache(30s));
  get("/users");

  const auto of_get = get("/users");
  const auto of_head = get("/users", {}, "HEAD");

  EXPECT_TRUE(std::equal(of_get.headers.begin(), of_get.headers.end(), of_head.headers.begin(),
                         of_head.headers.end()));
}

TEST_F(ResponseCaching, FieldsSetByTheHandlerAreKept) {
  answer_.headers.set("ETag", "\"own\"");
  answer_.headers.set("Cache-Control", "max-age=60");
  app_.get("/users", handler(), larder::cache(30s));
  get("/users");

  const auto hit = get("/users");

  EXPECT_EQ(hit.headers.get("ETag"), "\"own\"");
  EXPECT_EQ(hit.headers.get("Cache-Control"), "max-age=60");
}

TEST_F(ResponseCaching, HopByHopFieldsAreNotStored) {
  answer_.headers.set("Connection", "X-Secret, close");
  answer_.headers.set("X-Secret", "1");
  answer_.headers.set("X-Kept", "1");
  app_.get("/users", handler(), larder::cache(30s));
  get("/users");

  const auto hit = get("/users");

  EXPECT_FALSE(hit.headers.has("Connection"));
  EXPECT_FALSE(hit.headers.has("X-Secret"));
  EXPECT_TRUE(hit.headers.has("X-Kept"));
}

TEST_F(ResponseCaching, HeadIsAnsweredFromTheGetEntryAndFillsNone) {
  app_.get("/users", handler(), larder::cache(30s));

  get("/users", {}, "HEAD");
  EXPECT_EQ(status(get("/users")), kStored);
  EXPECT_EQ(status(get("/users", {}, "HEAD")), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, SuccessfulWriteInvalidatesItsTags) {
  app_.get("/users/{id}", handler(), larder::cache(30s).tag("users", "user:{id}"));
  app_.put(
      "/users/{id}", [](const Request&) { return Response::noContent(); }, invalidates("user:{id}"));
  get("/users/1");
  get("/users/2");

  get("/users/1", {}, "PUT");

  EXPECT_EQ(status(get("/users/1")), kStored);
  EXPECT_EQ(status(get("/users/2")), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, RedirectAfterAFormInvalidates) {
  app_.get("/users", handler(), larder::cache(30s).tag("users"));
  app_.post(
      "/forms",
      [](const Request&) {
        return Response{303, {{"Location", "/users"}}, ""};
      },
      invalidates("users"));
  get("/users");

  get("/forms", {}, "POST");

  EXPECT_EQ(status(get("/users")), kStored);
}

TEST_F(ResponseCaching, WriteWhoseOutcomeIsInDoubtInvalidates) {
  app_.get("/users", handler(), larder::cache(30s).tag("users"));
  app_.post(
      "/throws", [](const Request&) -> Response { throw std::runtime_error("lost"); }, invalidates("users"));
  app_.post(
      "/fails", [](const Request&) { return Response::unavailable("x", "y", "z"); }, invalidates("users"));

  for (const auto& [path, expected] : {std::pair{"/throws", 500}, std::pair{"/fails", 503}}) {
    get("/users");
    ASSERT_EQ(status(get("/users")), "larder; hit; ttl=30");
    EXPECT_EQ(get(path, {}, "POST").status, expected);
    EXPECT_EQ(status(get("/users")), kStored) << path;
  }
}

TEST_F(ResponseCaching, WriteErasesTheEntryOfItsTargetWithoutATag) {
  app_.get("/notes/{id}", handler(), larder::cache(30s));
  app_.put("/notes/{id}", [](const Request&) { return Response::noContent(); });
  app_.del("/notes/{id}", [](const Request&) { return Response::problem(404, "x", "y"); });
  get("/notes/1");
  get("/notes/2");

  get("/notes/1", {}, "PUT");
  get("/notes/2", {}, "DELETE");

  EXPECT_EQ(status(get("/notes/1")), kStored);
  EXPECT_EQ(status(get("/notes/2")), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, WriteErasesTheLearnedVariantsOfItsTarget) {
  answer_.headers.set("Vary", "Accept-Language");
  app_.get("/notes", handler(), larder::cache(30s));
  app_.post("/notes", [](const Request&) { return Response::noContent(); });
  for (const auto* language : {"de", "en"}) get("/notes", {{"Accept-Language", language}});
  ASSERT_EQ(status(get("/notes", {{"Accept-Language", "de"}})), "larder; hit; ttl=30");

  get("/notes", {}, "POST");

  for (const auto* language : {"de", "en"})
    EXPECT_EQ(status(get("/notes", {{"Accept-Language", language}})).find("hit"), std::string::npos)
        << language;
}

TEST_F(ResponseCaching, FailedWriteInvalidatesNothing) {
  app_.get("/users", handler(), larder::cache(30s).tag("users"));
  app_.post(
      "/users", [](const Request&) { return Response::problem(422, "x", "y"); }, invalidates("users"));
  get("/users");

  get("/users", {}, "POST");

  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, ExceptionIsA500WithoutDetailsAndIsNotCached) {
  std::string told;
  app_.onFault([&told](std::string_view endpoint, std::string_view what) {
    told = std::string(endpoint) + ": " + std::string(what);
  });
  app_.get(
      "/users",
      [this](const Request&) -> Response {
        if (++executions_ == 1) throw std::runtime_error("password=secret");
        return Response::json("[]");
      },
      larder::cache(30s));

  const auto failed = get("/users");

  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(failed.body.find("secret"), std::string::npos);
  EXPECT_EQ(told, "GET /users: password=secret");
  EXPECT_EQ(get("/users").status, 200);
}

TEST_F(ResponseCaching, UnknownPathIs404AndUnknownMethodIs405WithAllow) {
  app_.get("/users", handler(), larder::cache(30s));
  app_.post("/users", handler());

  EXPECT_EQ(get("/nowhere").status, 404);
  const auto refused = get("/users", {}, "DELETE");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.get("Allow"), "GET, HEAD, OPTIONS, POST");
}

TEST_F(ResponseCaching, OptionsIsAnsweredWithAllowUnlessTheApplicationHasItsOwn) {
  app_.get("/users", handler(), larder::cache(30s));
  app_.get("/own", handler());
  app_.on("OPTIONS", "/own", handler());

  const auto options = get("/users", {}, "OPTIONS");

  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.get("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(get("/nowhere", {}, "OPTIONS").status, 404);
  EXPECT_EQ(executions_, 0);
  EXPECT_EQ(get("/own", {}, "OPTIONS").status, 200);
  EXPECT_EQ(executions_, 1);
}

TEST_F(ResponseCaching, CatchAllReceivesUnmatchedRequestsAndItsWritesErase) {
  app_.get("/{path...}", handler(), larder::cache(30s));
  app_.any("/{path...}", [](const Request& request) {
    return Response::text(request.method + " " + request.param("path"));
  });
  get("/a/b");
  ASSERT_EQ(status(get("/a/b")), "larder; hit; ttl=30");

  EXPECT_EQ(get("/a/b", {}, "PROPFIND").body, "PROPFIND a/b");

  EXPECT_EQ(status(get("/a/b")), kStored);
  EXPECT_EQ(get("/", {}, "DELETE").body, "DELETE ");
  EXPECT_THROW(app_.on("NO METHOD", "/", handler()), std::invalid_argument);
}

TEST_F(ResponseCaching, TrackingParametersDoNotDistinguish) {
  app_.get("/users", handler(), larder::cache(30s).varyByQueryExcept(larder::trackingParameters));
  get("/users?page=1&utm_source=mail");

  EXPECT_EQ(status(get("/users?fbclid=7&page=1")), "larder; hit; ttl=30");
  EXPECT_EQ(status(get("/users?page=2")), kStored);
}

TEST_F(ResponseCaching, HandlerSetsTheStaleWindowOfOneResponse) {
  app_.get("/users", handler(), larder::cache(30s).staleIfError(60s));
  answer_.caching.staleIfError = 5s;
  get("/users");
  answer_ = Response::problem(500, "x", "y");

  services_.advance(34s);
  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=-4; detail=\"stale-if-error\"");
  services_.advance(1s);
  EXPECT_EQ(get("/users").status, 500);
}

TEST_F(ResponseCaching, ConfigurationOverridesTheTimeToLive) {
  app_.get("/users", handler(), larder::cache(30s));

  EXPECT_TRUE(app_.overridePolicy("GET /users", {.expire = 5s}));
  EXPECT_FALSE(app_.overridePolicy("GET /nowhere", {.expire = 5s}));

  get("/users");
  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=5");
}

TEST_F(ResponseCaching, ConfigurationDisablesAndReenablesTheCacheOfARoute) {
  app_.get("/users", handler(), larder::cache(30s));
  get("/users");

  app_.overridePolicy("GET /users", {.enabled = false});
  EXPECT_EQ(status(get("/users")), "none");
  EXPECT_EQ(executions_, 2);

  app_.overridePolicy("GET /users", {});
  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, ConfigurationSetsTheCachedStatusesAndTheirLifetimes) {
  app_.get("/users", handler(), larder::cache(30s).statuses(410).expireFor(404, 5s));
  app_.overridePolicy("GET /users", {.expire = 20s, .statuses = {{301}}, .expireFor = {{404, 7s}}});
  const auto second_of = [this](int code) {
    answer_.status = code;
    const auto target = "/users?of=" + std::to_string(code);
    get(target);
    return status(get(target));
  };

  EXPECT_EQ(second_of(200), "larder; hit; ttl=20");
  EXPECT_EQ(second_of(301), "larder; hit; ttl=20");
  EXPECT_EQ(second_of(404), "larder; hit; ttl=7");
  EXPECT_EQ(second_of(410), "larder; fwd=uri-miss; detail=\"status\"");
}

TEST_F(ResponseCaching, ConfigurationRemovesAStatusThatCodeCaches) {
  app_.get("/users", handler(), larder::cache(30s).expireFor(404, 5s));
  answer_.status = 404;

  app_.overridePolicy("GET /users", {.expireFor = {{404, 0s}}});

  EXPECT_EQ(status(get("/users")), "larder; fwd=uri-miss; detail=\"status\"");
}

TEST_F(ResponseCaching, ConfigurationServesAnExpiredResponseInsteadOfAnError) {
  app_.get("/users", handler(), larder::cache(30s));
  app_.overridePolicy("GET /users", {.staleIfError = 1min});
  get("/users");
  services_.advance(31s);
  answer_.status = 503;

  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=-1; detail=\"stale-if-error\"");
}

TEST_F(ResponseCaching, ConfigurationSetsTheLifetimeOfClientCopies) {
  app_.get("/users", handler(), larder::cache(30s));

  app_.overridePolicy("GET /users", {.clientMaxAge = 9s});

  EXPECT_EQ(get("/users").headers.get("Cache-Control"), "max-age=9");
}

TEST_F(ResponseCaching, ConfigurationNarrowsTheQueryButKeepsTheParametersThatCodeNames) {
  app_.get("/all", handler(), larder::cache(30s));
  app_.get("/named", handler(), larder::cache(30s).varyByQuery("page"));
  for (const auto* route : {"GET /all", "GET /named"})
    app_.overridePolicy(route, {.varyByQuery = {{"size"}}});
  get("/all?size=1&from=mail");
  get("/named?size=1&page=1&from=mail");

  EXPECT_EQ(status(get("/all?size=1&from=web")), "larder; hit; ttl=30");
  EXPECT_EQ(status(get("/all?size=2&from=mail")), kStored);
  EXPECT_EQ(status(get("/named?size=1&page=1&from=web")), "larder; hit; ttl=30");
  EXPECT_EQ(status(get("/named?size=1&page=2&from=mail")), kStored);
}

TEST_F(ResponseCaching, ConfigurationAddsHeadersToVaryByAndRemovesNone) {
  app_.get("/users", handler(), larder::cache(30s).varyByHeader("Authorization"));
  app_.overridePolicy("GET /users", {.varyByHeader = {{"X-Tenant"}}});
  get("/users", {{"Authorization", "Ada"}, {"X-Tenant", "1"}});

  EXPECT_EQ(status(get("/users", {{"Authorization", "Bob"}, {"X-Tenant", "1"}})), kStored);
  EXPECT_EQ(status(get("/users", {{"Authorization", "Ada"}, {"X-Tenant", "2"}})), kStored);
  EXPECT_EQ(status(get("/users", {{"Authorization", "Ada"}, {"X-Tenant", "1"}})), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, ConfigurationReplacesTheTargetedFields) {
  const auto handler = [](const Request&) {
    auto response = Response::json("1");
    response.headers.set("CDN-Cache-Control", "max-age=5");
    response.headers.set("Edge-Control", "max-age=9");
    return response;
  };
  app_.get("/other", handler, larder::cache(30s).targetedBy("CDN-Cache-Control"));
  app_.get("/none", handler, larder::cache(30s).targetedBy("CDN-Cache-Control"));
  app_.overridePolicy("GET /other", {.targetedBy = {{"Edge-Control"}}});
  app_.overridePolicy("GET /none", {.targetedBy = std::vector<std::string>()});
  get("/other");
  get("/none");

  EXPECT_EQ(status(get("/other")), "larder; hit; ttl=9");
  EXPECT_EQ(status(get("/none")), "larder; hit; ttl=30");
}

TEST_F(ResponseCaching, AResponseIsStoredUnderThePolicyInForceWhenItsHandlerBegan) {
  app_.get(
      "/users",
      [this](const Request& request) {
        app_.overridePolicy("GET /users", {.varyByHeader = {{"X-Tenant"}}});
        auto response = Response::json("\"" + std::string(*request.headers.get("X-Tenant")) + "\"");
        response.headers.set("Vary", "X-Tenant");
        return response;
      },
      larder::cache(30s));

  EXPECT_EQ(get("/users", {{"X-Tenant", "1"}}).body, "\"1\"");
  app_.overridePolicy("GET /users", {});

  EXPECT_EQ(get("/users", {{"X-Tenant", "2"}}).body, "\"2\"");
}

TEST_F(ResponseCaching, AnInvalidOverrideIsRefusedAndChangesNothing) {
  app_.get("/users", handler(), larder::cache(30s));
  app_.overridePolicy("GET /users", {.expire = 5s});

  EXPECT_THROW(app_.overridePolicy("GET /users", {.softTimeout = 1s}), std::invalid_argument);

  get("/users");
  EXPECT_EQ(status(get("/users")), "larder; hit; ttl=5");
}

TEST(ResponseCacheOnASilentBackend, AnswersFromTheHandler) {
  larder::HostServices services;
  larder::Cache cache(larder::openBackend(LARDER_SILENT_PLUGIN, services), {.operationTimeout = 5ms});
  App app(cache);
  app.get(
      "/users", [](const Request&) { return Response::json("[1]"); }, larder::cache(30s).tag("users"));

  const auto response = app.handle(Request::of("GET", "/users"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Cache-Status"), "larder; fwd=uri-miss; detail=\"backend unavailable\"");
}
