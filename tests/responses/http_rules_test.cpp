// SPDX-License-Identifier: Apache-2.0
//
// HTTP caching by RFC 9110 and 9111, as tables of exchanges, on an in-memory and on a network backend.
// Section numbers refer to RFC 9111 unless stated otherwise.
#include "responses/http_rules.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

constexpr const char* kOver = "fwd=uri-miss; detail=\"lifetime\"";

// The fields of a response, and its lifetime; 0: it is not stored.
struct Lifetime {
  Fields said;
  std::chrono::seconds fresh;
};

std::vector<Scenario> fromLifetimes(const CachePolicy& policy, const std::vector<Lifetime>& table) {
  std::vector<Scenario> scenarios;
  for (const auto& [said, fresh] : table) {
    std::string name;
    for (const auto& [field, value] : said) name += field + ": " + value + "; ";
    Scenario scenario{name, policy, {}};
    if (fresh.count() == 0) {
      for (int i = 0; i < 2; ++i) scenario.steps.push_back({.answer = said, .cache = kOver});
    } else {
      scenario.steps = {{.answer = said, .cache = kMiss},
                        {.after = fresh - 1s, .cache = "hit; ttl=1"},
                        {.after = 1s, .answer = {{"Cache-Control", "no-store"}}, .cache = "fwd=uri-miss"}};
    }
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

}  // namespace

// Also behind the servers: the fields that they add and omit must follow the same rules.
INSTANTIATE_TEST_SUITE_P(On, HttpRules,
                         ::testing::Values(Setup{lruAlone()}, Setup{tests::redis()},
                                           Setup{lruAlone(), Way::eventServer, "event_server"},
                                           Setup{lruAlone(), Way::pocoServer, "poco_server"}),
                         [](const auto& setup) { return setup.param.name; });

// 4.2.1, 5.2.2, 5.3. Dates have a separate test, because the clock moves from row to row.
TEST_P(HttpRules, OwnLifetimeShortensThePolicys) {
  play(fromLifetimes(bounded(), {
                                    {{}, 3600s},
                                    {{{"Cache-Control", "max-age=60"}}, 60s},
                                    {{{"Cache-Control", "MAX-AGE=60"}}, 60s},
                                    {{{"Cache-Control", "max-age=\"60\""}}, 60s},
                                    {{{"Cache-Control", "max-age=0060"}}, 60s},
                                    {{{"Cache-Control", "public, max-age=60, immutable"}}, 60s},
                                    {{{"Cache-Control", "max-age=7200"}}, 3600s},
                                    {{{"Cache-Control", "max-age=99999999999999999999"}}, 3600s},
                                    {{{"Cache-Control", "max-age=60, s-maxage=120"}}, 120s},
                                    {{{"Cache-Control", "s-maxage=60, max-age=120"}}, 60s},
                                    {{{"Cache-Control", "max-age=60"}, {"Cache-Control", "public"}}, 60s},
                                    {{{"Cache-Control", "max-age=60"}, {"Expires", "0"}}, 60s},
                                    {{{"Cache-Control", "max-age=120, max-age=60"}}, 60s},
                                    {{{"Cache-Control", "extension=\"max-age=60\""}}, 3600s},
                                    {{{"Cache-Control", "max-age=60"}, {"Age", "20"}}, 40s},
                                    {{{"Cache-Control", "max-age=60"}, {"Age", "20, 50"}}, 40s},
                                    {{{"Cache-Control", "max-age=60"}, {"Age", "soon"}}, 60s},
                                    {{{"Cache-Control", "must-revalidate, max-age=60"}}, 60s},
                                    {{{"Cache-Control", "max-age=0"}}, 0s},
                                    {{{"Cache-Control", "max-age=-1"}}, 0s},
                                    {{{"Cache-Control", "max-age=6x"}}, 0s},
                                    {{{"Cache-Control", "max-age"}}, 0s},
                                    {{{"Cache-Control", "s-maxage=0, max-age=60"}}, 0s},
                                    {{{"Cache-Control", "max-age=60"}, {"Age", "60"}}, 0s},
                                    {{{"Expires", "0"}}, 0s},
                                    {{{"Expires", kAMinuteBefore}}, 0s},
                                    {{{"Expires", "Tue, 14 Nov 2023 23:14:20 CET"}}, 0s},
                                }));
}

// 4.2.1 and 4.2.3
TEST_P(HttpRules, DatesOfTheResponseCount) {
  play({{"Expires without Date",
         bounded(),
         {{.answer = {{"Expires", kAMinuteLater}}, .cache = kMiss},
          {.after = 59s,
           .cache = "hit; ttl=1",
           .expected = {{"Expires", kAMinuteLater}, {"Cache-Control", ""}}},
          {.after = 1s, .cache = kMiss}}}});
  // More than a minute has passed.
  play({{"Expires minus Date, and the age that Date means",
         bounded(),
         {{.answer = {{"Date", kStart}, {"Expires", "Tue, 14 Nov 2023 23:16:20 GMT"}}, .cache = kMiss},
          {.after = 119s, .cache = "hit; ttl=1", .expected = {{"Age", "179"}, {"Date", kStart}}},
          {.after = 1s, .cache = kMiss}}}});
}

// 5.2.2: s-maxage and max-age of any length up to a cap, and no storing without them.
TEST_P(HttpRules, OwnLifetimeDecidesIfHonored) {
  play(fromLifetimes(honoured(), {
                                     {{}, 0s},
                                     {{{"Cache-Control", "public"}}, 0s},
                                     {{{"Cache-Control", "max-age=60"}}, 60s},
                                     {{{"Cache-Control", "max-age=5000"}}, 5000s},
                                     {{{"Cache-Control", "max-age=9000"}}, 7200s},
                                     {{{"Cache-Control", "max-age=60, s-maxage=5000"}}, 5000s},
                                     {{{"Cache-Control", "max-age=0"}}, 0s},
                                 }));
  std::vector<Scenario> statuses;
  for (const int status : {203, 204, 300, 301, 302, 303, 307, 308, 400, 404, 405, 410, 414, 500, 501, 503})
    statuses.push_back({std::to_string(status),
                        honoured(),
                        {{.answer = {{"Cache-Control", "max-age=60"}},
                          .cache = kMiss,
                          .status = status,
                          .answerStatus = status},
                         {.after = 59s, .cache = "hit; ttl=1", .status = status}}});
  play(statuses);
  play({{"206 is not whole",
         honoured(),
         {{.answer = {{"Cache-Control", "max-age=60"}},
           .cache = "fwd=uri-miss; detail=\"status\"",
           .status = 206,
           .answerStatus = 206}}}});
}

TEST_P(HttpRules, OwnLifetimeHasNoEffectIfIgnored) {
  for (const auto* said : {"max-age=0", "max-age=60", "s-maxage=1", "must-revalidate, max-age=1"})
    play({said,
          cache(1h).ignoreResponse(),
          {{.answer = {{"Cache-Control", said}}, .cache = "fwd=uri-miss; stored"},
           {.after = 3599s, .cache = "hit; ttl=1", .expected = {{"Cache-Control", said}}}}});
  for (const auto* said : {"no-store", "private", "no-cache"})
    play({said,
          cache(1h).ignoreResponse(),
          {{.answer = {{"Cache-Control", said}}, .cache = "fwd=uri-miss; detail=\"" + std::string(said)}}});
}

// 3: responses that no cache, or no shared cache, may store.
TEST_P(HttpRules, ResponsesThatForbidItAreNotStored) {
  for (const auto& policy : {bounded(), honoured()})
    for (const auto* said :
         {"no-store", "NO-Store, max-age=60", "max-age=60, private", "private=\"x\", max-age=60",
          "no-cache, max-age=60", "no-cache=\"x\", max-age=60"}) {
      const Step step{.answer = {{"Cache-Control", said}}, .cache = "fwd=uri-miss; detail="};
      play({said, policy, {step, step}});
    }
}

// 4.2.4
TEST_P(HttpRules, DirectivesForbidStaleResponsesWhateverThePolicySays) {
  const auto lenient = cache(1h).staleIfError(1h);
  for (const auto* said : {"max-age=60, must-revalidate", "max-age=60, proxy-revalidate", "s-maxage=60"})
    play({said,
          lenient,
          {{.answer = {{"Cache-Control", said}}, .cache = kMiss},
           {.after = 61s, .cache = "fwd=uri-miss", .status = 500, .answerStatus = 500}}});
  play({"nothing forbids it",
        lenient,
        {{.answer = {{"Cache-Control", "max-age=60"}}, .cache = kMiss},
         {.after = 61s, .cache = "hit; ttl=-1; detail=\"stale-if-error\"", .answerStatus = 500}}});
}

// RFC 5861
TEST_P(HttpRules, StaleWindowsOfTheResponseShortenThePolicysOrDecide) {
  const auto fails = [](std::chrono::seconds after, const char* cache) {
    const bool hit = std::string(cache).starts_with("hit");
    return Step{.after = after, .cache = cache, .status = hit ? 200 : 500, .answerStatus = 500};
  };
  const auto stale = "hit; ttl=-";
  play({{"shortened",
         cache(1h).staleIfError(1h),
         {{.answer = {{"Cache-Control", "max-age=60, stale-if-error=60"}}, .cache = kMiss},
          fails(119s, stale),
          fails(1s, "fwd=uri-miss")}},
        {"not lengthened",
         cache(1h).staleIfError(60s),
         {{.answer = {{"Cache-Control", "max-age=60, stale-if-error=3600"}}, .cache = kMiss},
          fails(119s, stale),
          fails(1s, "fwd=uri-miss")}},
        {"decided",
         honoured(),
         {{.answer = {{"Cache-Control", "max-age=60, stale-if-error=60"}}, .cache = kMiss},
          fails(119s, stale),
          fails(1s, "fwd=uri-miss")}},
        {"ignored",
         cache(1h).staleIfError(60s).ignoreResponse(),
         {{.answer = {{"Cache-Control", "stale-if-error=0"}}, .cache = kMiss}, fails(3659s, stale)}}});
}

// 4.3
TEST_P(HttpRules, StaleResponseIsRevalidatedByTheHandler) {
  const auto policy = cache(60s).revalidate(1h);
  const Fields tag{{"ETag", "\"a\""}};
  const Fields modified{{"Last-Modified", kAMinuteBefore}};
  play({{"by its tag",
         policy,
         {{.answer = {{"ETag", "\"a\""}, {"X", "1"}, {"Y", "1"}},
           .cache = kMiss,
           .asked = {{"If-None-Match", ""}}},
          {.after = 61s,
           .answer = {{"ETag", "\"a\""}, {"X", "2"}},
           .cache = "fwd=stale; fwd-status=304; stored",
           .expected = {{"X", "2"}, {"Y", "1"}, {"ETag", "\"a\""}},
           .asked = {{"If-None-Match", "\"a\""}},
           .answerStatus = 304},
          {.after = 59s,
           .cache = "hit; ttl=1",
           .expected = {{"X", "2"}, {"Y", "1"}, {"Age", "59"}, {"ETag", "\"a\""}}}}},
        {"by its date",
         policy,
         {{.answer = modified, .cache = kMiss},
          {.after = 61s,
           .cache = "fwd=stale; fwd-status=304; stored",
           .asked = {{"If-Modified-Since", kAMinuteBefore}, {"If-None-Match", ""}},
           .answerStatus = 304},
          {.cache = "hit; ttl=60", .expected = {{"Last-Modified", kAMinuteBefore}}}}},
        {"it has changed",
         policy,
         {{.answer = tag, .cache = kMiss},
          {.after = 61s,
           .answer = {{"ETag", "\"b\""}},
           .cache = kMiss,
           .body = "[2]",
           .asked = {{"If-None-Match", "\"a\""}}},
          {.cache = "hit", .body = "[2]", .expected = {{"ETag", "\"b\""}}}}},
        {"the 304 is about another",
         policy,
         {{.answer = tag, .cache = kMiss},
          {.after = 61s,
           .answer = {{"ETag", "\"b\""}},
           .cache = "fwd=uri-miss; detail=\"status\"",
           .status = 304,
           .asked = {{"If-None-Match", ""}},
           .answerStatus = 304}}},
        {"a tag of the cache's own means nothing to the handler",
         policy,
         {{.cache = kMiss}, {.after = 61s, .cache = kMiss, .asked = {{"If-None-Match", ""}}}}},
        {"longer than its window",
         policy,
         {{.answer = tag, .cache = kMiss},
          {.after = 3661s, .answer = tag, .cache = kMiss, .asked = {{"If-None-Match", ""}}}}},
        {"not without revalidate()",
         cache(60s).staleIfError(1h),
         {{.answer = tag, .cache = kMiss},
          {.after = 61s, .answer = tag, .cache = kMiss, .asked = {{"If-None-Match", ""}}}}}});
}

// 3.2 and 4.3.4: the handler's fields determine the lifetime, not those added for clients.
TEST_P(HttpRules, RefreshedResponseHasTheLifetimeOfItsOwnFields) {
  play({{"of the 304",
         honoured(),
         {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", "max-age=60"}}, .cache = kMiss},
          {.after = 61s,
           .answer = {{"Cache-Control", "max-age=120"}},
           .cache = "fwd=stale; fwd-status=304; stored",
           .expected = {{"Cache-Control", "max-age=120"}},
           .answerStatus = 304},
          {.after = 119s, .cache = "hit; ttl=1"}}},
        {"of the stored one",
         honoured(),
         {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", "max-age=60"}}, .cache = kMiss},
          {.after = 61s, .cache = "fwd=stale; fwd-status=304; stored", .answerStatus = 304},
          {.after = 59s, .cache = "hit; ttl=1"}}},
        {"added fields are no one's",
         cache(60s).revalidate(1h),
         {{.answer = {{"ETag", "\"a\""}}, .cache = kMiss, .expected = {{"Cache-Control", "no-cache"}}},
          {.after = 61s, .cache = "fwd=stale; fwd-status=304; stored", .answerStatus = 304},
          {.after = 59s, .cache = "hit; ttl=1", .expected = {{"Cache-Control", "no-cache"}}}}},
        {"no longer to be kept",
         cache(60s).revalidate(1h),
         {{.answer = {{"ETag", "\"a\""}}, .cache = kMiss},
          {.after = 61s,
           .answer = {{"Cache-Control", "no-store"}},
           .cache = "fwd=stale; fwd-status=304; detail=\"no-store\"",
           .answerStatus = 304}}}});
}

// 4.3.2: the full response answers a client's conditions, which never reach the handler.
TEST_P(HttpRules, ConditionsOfClientsAreAnsweredFromTheWholeResponse) {
  const Fields answer{{"ETag", "\"a\""}, {"Last-Modified", kAMinuteBefore}};
  const Fields nothing{{"If-None-Match", ""}, {"If-Modified-Since", ""}, {"Range", ""}, {"If-Range", ""}};
  const auto first = [&](Fields request, int status) {
    return Scenario{"",
                    bounded(),
                    {{.request = std::move(request),
                      .answer = answer,
                      .cache = kMiss,
                      .status = status,
                      .asked = nothing},
                     {.cache = "hit"}}};
  };
  play({first({{"If-None-Match", "\"a\""}}, 304), first({{"If-None-Match", "W/\"a\""}}, 304),
        first({{"If-None-Match", "\"x\", \"a\""}}, 304), first({{"If-None-Match", "*"}}, 304),
        first({{"If-None-Match", "\"b\""}}, 200), first({{"If-Modified-Since", kAMinuteBefore}}, 304),
        first({{"If-Modified-Since", kStart}}, 304),
        first({{"If-Modified-Since", "Tue, 14 Nov 2023 23:12:19 GMT"}}, 200),
        first({{"If-None-Match", "\"b\""}, {"If-Modified-Since", kStart}}, 200)});
}

// RFC 9110 14
TEST_P(HttpRules, RangesAreServedFromTheWholeResponse) {
  const auto asks = [](Fields request, int status, std::string part, std::string content_range) {
    return Scenario{request.back().second,
                    bounded(),
                    {{.request = request,
                      .answer = {{"ETag", "\"a\""}, {"Last-Modified", kAMinuteBefore}},
                      .cache = kMiss,
                      .status = status,
                      .body = "0123456789",
                      .expected = {{"Content-Range", content_range}},
                      .asked = {{"Range", ""}, {"If-Range", ""}},
                      .expectedBody = part},
                     {.request = request,
                      .cache = "hit; ttl=3600",
                      .status = status,
                      .body = "0123456789",
                      .expected = {{"Content-Range", content_range}},
                      .expectedBody = part}}};
  };
  const std::string all = "0123456789";
  std::string many = "bytes=0-0";
  for (int i = 0; i < 999; ++i) many += ",0-0";
  play({asks({{"Range", "bytes=0-0"}}, 206, "0", "bytes 0-0/10"),
        asks({{"Range", "bytes=2-4"}}, 206, "234", "bytes 2-4/10"),
        asks({{"Range", "bytes=7-"}}, 206, "789", "bytes 7-9/10"),
        asks({{"Range", "bytes=7-99"}}, 206, "789", "bytes 7-9/10"),
        asks({{"Range", "bytes=-3"}}, 206, "789", "bytes 7-9/10"),
        asks({{"Range", "bytes=-99"}}, 206, all, "bytes 0-9/10"),
        asks({{"Range", "BYTES=0-0"}}, 206, "0", "bytes 0-0/10"),
        asks({{"Range", "bytes=9-99999999999999999999999"}}, 206, "9", "bytes 9-9/10"),
        asks({{"Range", "bytes=20-30, 1-1"}}, 206, "1", "bytes 1-1/10"),
        asks({{"Range", "bytes=10-"}}, 416, "", "bytes */10"),
        asks({{"Range", "bytes=-0"}}, 416, "", "bytes */10"),
        asks({{"Range", many}}, 416, "", "bytes */10"),
        asks({{"Range", "bytes=0-9, 0-9"}}, 200, all, ""),
        asks({{"Range", "bytes=4-2"}}, 200, all, ""),
        asks({{"Range", "bytes=a-b"}}, 200, all, ""),
        asks({{"Range", "bytes="}}, 200, all, ""),
        asks({{"Range", "lines=0-1"}}, 200, all, ""),
        asks({{"If-Range", "\"a\""}, {"Range", "bytes=0-0"}}, 206, "0", "bytes 0-0/10"),
        asks({{"If-Range", "\"b\""}, {"Range", "bytes=0-0"}}, 200, all, ""),
        asks({{"If-Range", "W/\"a\""}, {"Range", "bytes=0-0"}}, 200, all, ""),
        asks({{"If-Range", kAMinuteBefore}, {"Range", "bytes=0-0"}}, 206, "0", "bytes 0-0/10"),
        asks({{"If-Range", kStart}, {"Range", "bytes=0-0"}}, 200, all, "")});
}

TEST_P(HttpRules, SeveralRangesFormOneMultipartBody) {
  App app(cache_);
  app.get(
      "/parts", [](const Request&) { return Response::text("0123456789"); }, bounded());
  auto request = Request::of("GET", "/parts");
  request.headers.set("Range", "bytes=0-1, -2");

  const auto response = app.handle(request);

  EXPECT_EQ(response.status, 206);
  const auto type = std::string(response.headers.get("Content-Type").value_or(""));
  ASSERT_TRUE(type.starts_with("multipart/byteranges; boundary=")) << type;
  const auto line = "--" + type.substr(type.find('=') + 1);
  const std::string plain = "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes ";
  EXPECT_EQ(response.body,
            line + plain + "0-1/10\r\n\r\n01\r\n" + line + plain + "8-9/10\r\n\r\n89\r\n" + line + "--\r\n");
}

// 4.2.3 and 5.1: the age of the handler's response is the starting point.
TEST_P(HttpRules, AgeAndDateOfTheHandlerAreKept) {
  play({{"Age",
         bounded(),
         {{.answer = {{"Age", "100"}}, .cache = kMiss, .expected = {{"Age", "100"}}},
          {.after = 20s, .cache = "hit", .expected = {{"Age", "120"}, {"Date", kStart}}}}}});
  play({{"Date",
         bounded(),
         {{.answer = {{"Date", kStart}}, .cache = kMiss},
          {.after = 10s, .cache = "hit", .expected = {{"Age", "30"}, {"Date", kStart}}}}}});
  play({{"a Date that is none",
         bounded(),
         {{.answer = {{"Date", "yesterday"}}, .cache = kMiss},
          {.after = 5s,
           .cache = "hit",
           .expected = {{"Age", "5"}, {"Date", "Tue, 14 Nov 2023 23:13:50 GMT"}}}}}});
}

// 5.2.1
TEST_P(HttpRules, DirectivesOfAClientApplyIfHonored) {
  const auto policy = cache(1h).honourClient();
  const auto asks = [&](const char* directive, std::chrono::seconds after, const char* cache) {
    return Scenario{
        directive,
        policy,
        {{.cache = kMiss},
         {.after = after, .request = {{"Cache-Control", directive}}, .cache = cache, .body = "[1]"}}};
  };
  const auto* hit = "hit";
  const auto* again = "fwd=request; stored";
  play({asks("max-age=60", 60s, hit), asks("max-age=60", 61s, again), asks("max-age=0", 0s, again),
        asks("no-cache", 0s, again), asks("min-fresh=60", 3540s, hit), asks("min-fresh=60", 3541s, again),
        asks("max-age=7200", 3599s, hit), asks("max-age=x", 60s, hit), asks("only-if-cached", 60s, hit),
        asks("max-age=60, min-fresh=10", 30s, hit)});
  play({"nothing is stored",
        policy,
        {{.request = {{"Cache-Control", "max-age=60"}}, .cache = kMiss}, {.cache = hit}}});
  play({"only what is stored",
        policy,
        {{.request = {{"Cache-Control", "only-if-cached"}},
          .cache = "fwd=uri-miss; detail=\"only-if-cached\"",
          .status = 504,
          .expectedBody = R"({"type":"/problems/not-cached","title":"Gateway Timeout","status":504,"detail":)"
                          R"("No response is stored for this request, and only-if-cached allows no other."})"
                          "\n"}}});
  play({"the stored one outlives a reload that fails",
        policy,
        {{.cache = kMiss},
         {.request = {{"Cache-Control", "no-cache"}},
          .cache = "fwd=request",
          .status = 500,
          .answerStatus = 500},
         {.cache = hit}}});
  play({"what a reload brings that is not to be kept takes the stored one away",
        policy,
        {{.cache = kMiss},
         {.request = {{"Cache-Control", "no-cache"}},
          .answer = {{"Cache-Control", "no-store"}},
          .cache = "fwd=request; detail=\"no-store\"",
          .body = "[2]"},
         {.after = 3s, .cache = kMiss, .body = "[3]"}}});
}

TEST_P(HttpRules, ReloadValidatesTheStoredResponse) {
  play({"no-cache",
        cache(1h).honourClient().revalidate(1h),
        {{.answer = {{"ETag", "\"a\""}}, .cache = kMiss},
         {.after = 10s,
          .request = {{"Cache-Control", "no-cache"}},
          .cache = "fwd=request; fwd-status=304; stored",
          .asked = {{"If-None-Match", "\"a\""}},
          .answerStatus = 304},
         {.cache = "hit; ttl=3600"}}});
}

// 3.5
TEST_P(HttpRules, ResponseToCredentialsIsSharedOnlyIfItSaysSo) {
  const Fields alice{{"Authorization", "Bearer alice"}};
  const auto* bypass = "fwd=bypass; detail=\"authorization\"";
  for (const auto* said : {"public", "s-maxage=60", "must-revalidate, max-age=60"}) {
    const Fields answer{{"Cache-Control", said}};
    play({said,
          bounded(),
          {{.request = alice, .answer = answer, .cache = bypass},
           {.request = alice, .answer = answer, .cache = kMiss},
           {.request = alice, .cache = "hit"},
           {.request = {{"Authorization", "Bearer bob"}}, .cache = "hit"},
           {.cache = "hit"}}});
  }
  for (const auto* said : {"max-age=60", "proxy-revalidate, max-age=60", "private"}) {
    const Step step{.request = alice, .answer = {{"Cache-Control", said}}, .cache = bypass};
    play({said, bounded(), {step, step}});
  }
  play({{"what an anonymous request left is not for credentials",
         bounded(),
         {{.cache = kMiss}, {.request = alice, .cache = bypass, .body = "[2]"}, {.cache = "hit"}}},
        {"a route that answered publicly does so no more",
         bounded(),
         {{.answer = {{"Cache-Control", "public, max-age=60"}}, .cache = kMiss},
          {.request = alice, .cache = "hit"},
          {.after = 61s, .request = alice, .cache = "fwd=uri-miss; detail=\"authorization\"", .body = "[2]"},
          {.after = 3s, .request = alice, .cache = bypass, .body = "[3]"},
          {.cache = kMiss, .body = "[4]"}}}});
}

// 5.2.2, with a handler's own lifetime
TEST_P(HttpRules, ShorteningIsReportedInCacheStatus) {
  play({{"shorter",
         bounded(),
         {{.answer = {{"Cache-Control", "max-age=60"}}, .cache = "fwd=uri-miss; stored; ttl=60"}}},
        {"not shorter", bounded(), {{.answer = {{"Cache-Control", "max-age=3600"}}, .cache = kMiss}}}});
}
