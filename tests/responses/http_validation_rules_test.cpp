// SPDX-License-Identifier: Apache-2.0
//
// More tables of HTTP caching: responses stored although they may not be served without validation, and the
// effect of a HEAD on them. Section numbers refer to RFC 9111 unless stated otherwise.
#include "responses/http_rules.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

constexpr const char* kValidated = "fwd=stale; fwd-status=304; stored";

}  // namespace

// 4.3 and 5.2.2.4
TEST_P(HttpRules, ResponseThatNeedsValidationIsStoredForIt) {
  std::vector<Scenario> scenarios;
  for (const auto& policy : {bounded().revalidate(1h), honoured()})
    for (const auto* said : {"max-age=0", "no-cache", "max-age=60, no-cache", "no-cache=\"X\", max-age=60",
                             "s-maxage=0", "max-age=0, must-revalidate"}) {
      const Fields answer{{"ETag", "\"a\""}, {"Cache-Control", said}};
      const Step validated{.answer = answer,
                           .cache = std::string(kValidated) + "; ttl=0",
                           .asked = {{"If-None-Match", "\"a\""}},
                           .answerStatus = 304};
      scenarios.push_back({said,
                           policy,
                           {{.answer = answer, .cache = "fwd=uri-miss; stored; ttl=0"},
                            validated,
                            validated,
                            {.answer = {{"ETag", "\"b\""}, {"Cache-Control", "max-age=60"}},
                             .cache = kMiss,
                             .body = "[2]",
                             .asked = {{"If-None-Match", "\"a\""}}},
                            {.cache = "hit; ttl=60", .body = "[2]"}}});
    }
  play(scenarios);
  play({{"a 304 may say for how long it is fresh from then on",
         honoured(),
         {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", "no-cache"}}, .cache = "fwd=uri-miss; stored"},
          {.answer = {{"Cache-Control", "max-age=60"}}, .cache = kValidated, .answerStatus = 304},
          {.cache = "hit; ttl=60"}}},
        {"without a lifetime, where the response decides",
         honoured(),
         {{.answer = {{"Last-Modified", kAMinuteBefore}}, .cache = "fwd=uri-miss; stored; ttl=0"},
          {.cache = kValidated, .asked = {{"If-Modified-Since", kAMinuteBefore}}, .answerStatus = 304}}},
        {"not without a validator",
         honoured(),
         {{.answer = {{"Cache-Control", "no-cache"}}, .cache = "fwd=uri-miss; detail=\"no-cache\""}}},
        {"not where nothing is validated",
         bounded(),
         {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", "no-cache"}},
           .cache = "fwd=uri-miss; detail=\"no-cache\""},
          {.answer = {{"ETag", "\"a\""}, {"Cache-Control", "max-age=0"}},
           .cache = "fwd=uri-miss; detail=\"lifetime\""}}},
        {"not another status",
         honoured(),
         {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", "max-age=0"}},
           .cache = "fwd=uri-miss; detail=\"lifetime\"",
           .status = 404,
           .answerStatus = 404}}}});
}

// 4.2.4: the policy's stale windows do not apply to a response that was never fresh.
TEST_P(HttpRules, ResponseThatWasNeverFreshIsNeverServedStale) {
  const auto lenient = bounded().revalidate(1h).staleIfError(1h);
  play({{"by the policy",
         lenient,
         {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", "max-age=0"}}, .cache = "fwd=uri-miss; stored"},
          {.cache = "fwd=uri-miss", .status = 500, .answerStatus = 500}}},
        {"unless it says so",
         lenient,
         {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", "max-age=0, stale-if-error=60"}},
           .cache = "fwd=uri-miss; stored"},
          {.after = 10s, .cache = "hit; ttl=-10; detail=\"stale-if-error\"", .answerStatus = 500}}}});
}

// 5.2.1.2
TEST_P(HttpRules, ClientThatAcceptsStaleResponsesGetsThemIfHonored) {
  const auto policy = cache(60s).revalidate(1h);
  const auto asks = [&](const char* directive, std::chrono::seconds after, const char* cache,
                        const char* answer = "max-age=60") {
    return Scenario{directive,
                    cache == nullptr ? policy : CachePolicy(policy).honourClient(),
                    {{.answer = {{"ETag", "\"a\""}, {"Cache-Control", answer}}, .cache = kMiss},
                     {.after = after,
                      .request = {{"Cache-Control", directive}},
                      .cache = cache == nullptr ? kMiss : cache}}};
  };
  const auto* stale = "hit; ttl=-10; detail=\"max-stale\"";
  play({asks("max-stale", 70s, stale), asks("max-stale=11", 70s, stale), asks("max-stale=10", 70s, kMiss),
        asks("max-stale=60", 30s, "hit; ttl=30"), asks("max-stale=60, max-age=70", 70s, stale),
        asks("max-stale=60, max-age=69", 70s, "fwd=request; stored"),
        asks("max-stale", 70s, kMiss, "max-age=60, must-revalidate"),
        asks("max-stale", 70s, kMiss, "max-age=60, proxy-revalidate"), asks("max-stale", 70s, nullptr)});
}

// 4.3.5
TEST_P(HttpRules, HeadConfirmsOrErasesTheStoredResponse) {
  const Fields tag{{"ETag", "\"a\""}, {"X", "1"}};
  const auto policy = cache(60s).revalidate(1h).honourClient();
  const auto head = [](Fields answer, const char* cache = "fwd=uri-miss; detail=\"head\"") {
    return Step{.after = 61s, .answer = std::move(answer), .cache = cache, .method = "HEAD"};
  };
  const Step refreshed{.after = 1s, .cache = "hit; ttl=59", .expected = {{"X", "2"}, {"ETag", "\"a\""}}};
  const Step forgotten{.cache = kMiss, .asked = {{"If-None-Match", ""}, {"If-Modified-Since", ""}}};
  const Step untouched{.cache = kMiss, .asked = {{"If-None-Match", "\"a\""}}};
  const auto scenario = [&](const char* name, Step asked, Step then) {
    return Scenario{name, policy, {{.answer = tag, .cache = kMiss}, std::move(asked), std::move(then)}};
  };
  play({scenario("the same tag", head({{"ETag", "\"a\""}, {"X", "2"}}), refreshed),
        scenario("the same tag and length", head({{"ETag", "\"a\""}, {"X", "2"}, {"Content-Length", "3"}}),
                 refreshed),
        scenario("another tag", head({{"ETag", "\"b\""}}), forgotten),
        scenario("a tag and a date of which the stored one has none",
                 head({{"ETag", "\"a\""}, {"Last-Modified", kAMinuteBefore}}), forgotten),
        scenario("no validator", head({{"X", "2"}}), untouched)});
  auto error = head({{"ETag", "\"b\""}});
  error.status = error.answerStatus = 500;
  play(scenario("an error says nothing", error, untouched));
  auto longer = head({{"ETag", "\"a\""}, {"Content-Length", "4"}});
  longer.body = "";
  play(scenario("another length", longer, forgotten));
  auto fresh = head({{"ETag", "\"b\""}}, "fwd=request; detail=\"head\"");
  fresh.after = 1s;
  fresh.request = {{"Cache-Control", "no-cache"}};
  play(scenario("what is fresh, too", fresh, forgotten));
}

// 5.2.2.3
TEST_P(HttpRules, ResponseWithMustUnderstandIsStoredIfItsStatusIsKnown) {
  play({{"known: no-store is for other caches",
         honoured(),
         {{.answer = {{"Cache-Control", "max-age=60, no-store, must-understand"}}, .cache = kMiss},
          {.cache = "hit"}}},
        {"unknown",
         honoured(),
         {{.answer = {{"Cache-Control", "max-age=60, must-understand"}},
           .cache = "fwd=uri-miss; detail=\"status\"",
           .status = 299,
           .answerStatus = 299}}}});
}

// 7.3
TEST_P(HttpRules, ResponseThatSetsACookieIsStoredOnlyUnderHonourResponse) {
  const Fields answer{{"Cache-Control", "max-age=60"}, {"Set-Cookie", "a=b"}};
  play({{"bounds", bounded(), {{.answer = answer, .cache = "fwd=uri-miss; detail=\"set-cookie\""}}},
        {"decides",
         honoured(),
         {{.answer = answer, .cache = kMiss}, {.cache = "hit", .expected = {{"Set-Cookie", "a=b"}}}}}});
}

// RFC 9213
TEST_P(HttpRules, TargetedFieldTakesPrecedenceOverCacheControl) {
  const auto says = [](const char* targeted, Fields others, const char* then,
                       const char* first = "fwd=uri-miss; stored") {
    Fields answer = std::move(others);
    answer.emplace_back("CDN-Cache-Control", targeted);
    return Scenario{targeted,
                    honoured().targetedBy("Larder-Cache-Control", "CDN-Cache-Control"),
                    {{.answer = answer, .cache = first, .expected = {{"CDN-Cache-Control", targeted}}},
                     {.answer = {{"Cache-Control", "no-store"}}, .cache = then}}};
  };
  const auto* hit = "hit; ttl=60";
  const auto* miss = "fwd=uri-miss";
  const Fields no_store{{"Cache-Control", "no-store"}};
  const Fields hour{{"Cache-Control", "max-age=3600"}};
  play({says("max-age=60", no_store, hit), says("max-age=60", hour, hit),
        says("max-age=60", {{"Expires", "0"}}, hit), says("foo, max-age=60", hour, hit),
        says("max-age=60;x=1, y=(a \"b\" 1.5)", hour, hit),
        says("max-age=99999999999", hour, "hit; ttl=7200"),
        says("max-age=0", hour, miss, "fwd=uri-miss; detail=\"lifetime\""),
        says("no-store", hour, miss, "fwd=uri-miss; detail=\"no-store\""),
        says("private", hour, miss, "fwd=uri-miss; detail=\"private\""),
        says("no-cache", hour, miss, "fwd=uri-miss; detail=\"no-cache\""),
        says("max-age=\"60\"", hour, miss, "fwd=uri-miss; detail=\"lifetime\""),
        says("max-age=60, &&", hour, "hit; ttl=3600"), says("Max-Age=60", hour, "hit; ttl=3600"),
        says("max-age =60", hour, "hit; ttl=3600"), says("max-age=60,", hour, "hit; ttl=3600"),
        says("", hour, "hit; ttl=3600")});
  play(
      {{"the first field of the policy",
        honoured().targetedBy("Larder-Cache-Control", "CDN-Cache-Control"),
        {{.answer = {{"CDN-Cache-Control", "max-age=60"}, {"Larder-Cache-Control", "max-age=120"}},
          .cache = kMiss},
         {.cache = "hit; ttl=120"}}},
       {"not without targetedBy",
        honoured(),
        {{.answer = {{"CDN-Cache-Control", "max-age=60"}, {"Cache-Control", "max-age=120"}}, .cache = kMiss},
         {.cache = "hit; ttl=120"}}},
       {"within the policy's time",
        bounded().targetedBy("CDN-Cache-Control"),
        {{.answer = {{"CDN-Cache-Control", "max-age=7200"}, {"Cache-Control", "max-age=60"}}, .cache = kMiss},
         {.cache = "hit; ttl=3600", .expected = {{"Cache-Control", "max-age=60"}}}}}});
}
