// SPDX-License-Identifier: Apache-2.0
//
// A response's Vary becomes part of the key (RFC 9111 4.1).
#include "response_cache/learned_vary.hpp"

#include <set>

#include "responses_fixture.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

constexpr const char* kFirst = "larder; fwd=uri-miss; stored";
constexpr const char* kVariant = "larder; fwd=vary-miss; stored";

class LearnedVaries : public Responses {
 protected:
  void SetUp() override { app_->get("/users", varying("Accept-Language"), cache(30s).tag("users")); }

  // Answers with the values of the fields named by its Vary.
  Handler varying(std::string vary) {
    return [this, vary = std::move(vary)](const Request& request) {
      ++executions_;
      std::string seen;
      for (const auto name : listElements(vary))
        seen += std::string(name) + "=" + request.headers.joined(name).value_or("none") + ";";
      auto response = Response::text(seen);
      if (!vary.empty()) response.headers.set("Vary", vary);
      return response;
    };
  }
  Response in(const std::string& language, const std::string& target = "/users") {
    answers_.clear();
    ask(target, {{"Accept-Language", language}});
    workers_.runAll();
    EXPECT_EQ(answers_.size(), 1u);
    return answers_.empty() ? Response{} : std::move(answers_.front()).inFull();
  }
  std::string statusIn(const std::string& language, const std::string& target = "/users") {
    return status(in(language, target));
  }
};

}  // namespace

TEST_F(LearnedVaries, EachValueHasItsOwnResponse) {
  EXPECT_EQ(statusIn("en"), kFirst);
  EXPECT_EQ(statusIn("de"), kVariant);

  for (const auto* language : {"en", "de", "en"}) {
    const auto hit = in(language);
    EXPECT_EQ(status(hit), kHit);
    EXPECT_EQ(hit.body, "Accept-Language=" + std::string(language) + ";");
    EXPECT_EQ(hit.headers.get("Vary"), "Accept-Language");
  }
  EXPECT_EQ(executions_, 2);
}

TEST_F(LearnedVaries, AnAbsentFieldDiffersFromAnEmptyOne) {
  EXPECT_EQ(later("/users").content(), "Accept-Language=none;");

  EXPECT_EQ(in("").body, "Accept-Language=;");
  EXPECT_EQ(atOnce("/users").content(), "Accept-Language=none;");
}

TEST_F(LearnedVaries, FieldsThatNoResponseNamesDoNotDistinguish) {
  in("en");

  EXPECT_EQ(status(atOnce("/users", {{"Accept-Language", "en"}, {"User-Agent", "x"}})), kHit);
}

TEST_F(LearnedVaries, HitsNeedNoWorkerAndHeadAndConditionsFindTheVariant) {
  const auto tag = std::string(in("en").headers.get("ETag").value());
  in("de");

  EXPECT_EQ(status(atOnce("/users", {{"Accept-Language", "en"}}, "HEAD")), kHit);
  EXPECT_EQ(status(atOnce("/users", {{"Accept-Language", "en"}, {"Cache-Control", "only-if-cached"}})), kHit);
  EXPECT_EQ(atOnce("/users", {{"Accept-Language", "fr"}, {"Cache-Control", "only-if-cached"}}).status, 504);
  const auto unchanged = atOnce("/users", {{"Accept-Language", "en"}, {"If-None-Match", tag}});
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.headers.get("Vary"), "Accept-Language");
  EXPECT_EQ(atOnce("/users", {{"Accept-Language", "de"}, {"If-None-Match", tag}}).status, 200);
}

TEST_F(LearnedVaries, ConcurrentRequestsGetTheirOwnVariant) {
  for (const auto* language : {"en", "de", "en", "de", "fr"}) ask("/users", {{"Accept-Language", language}});
  workers_.runAll();

  EXPECT_EQ(executions_, 3);
  std::multiset<std::string> contents;
  for (const auto& answer : answers_) contents.emplace(answer.content());
  EXPECT_EQ(contents,
            (std::multiset<std::string>{"Accept-Language=en;", "Accept-Language=en;", "Accept-Language=de;",
                                        "Accept-Language=de;", "Accept-Language=fr;"}));
}

TEST_F(LearnedVaries, ConcurrentRequestsGetTheirOwnVariantEvenIfNoneCanBeStored) {
  Cache small(openBackend(LARDER_LRU_PLUGIN, services_), {.maxPayload = 10});
  App app(small);
  app.get("/users", varying("Accept-Language"), cache(30s));
  for (const auto* language : {"en", "de", "fr"}) {
    auto request = Request::of("GET", "/users");
    request.headers.set("Accept-Language", language);
    app.handle(std::move(request), workers_,
               [this](Response response) { answers_.push_back(std::move(response)); });
  }
  workers_.runAll();

  std::set<std::string> contents;
  for (auto& answer : answers_) contents.emplace(answer.content());
  answers_.clear();
  EXPECT_EQ(contents,
            (std::set<std::string>{"Accept-Language=en;", "Accept-Language=de;", "Accept-Language=fr;"}));
}

TEST_F(LearnedVaries, ATagCoversAllVariants) {
  in("en");
  in("de");

  ASSERT_EQ(cache_.invalidate(std::vector<std::string>{"users"}), Status::ok);

  EXPECT_EQ(statusIn("en"), kFirst);
  EXPECT_EQ(statusIn("de"), kVariant);
}

TEST_F(LearnedVaries, ANamespaceCoversAllVariants) {
  in("en");
  in("de");

  ASSERT_EQ(cache_.clear("responses"), Status::ok);

  EXPECT_EQ(statusIn("en"), kFirst);
  EXPECT_EQ(statusIn("de"), kVariant);
}

TEST_F(LearnedVaries, ErasingCoversAllVariantsEvenIfTheFieldsAreLearnedAgain) {
  app_->get("/fresh", varying("Accept-Language"), cache(30s).honourClient());
  in("en", "/fresh");
  in("de", "/fresh");

  ask("/fresh", {{"Accept-Language", "en"}, {"Cache-Control", "no-cache"}});
  workers_.runAll();

  EXPECT_EQ(statusIn("en", "/fresh"), kHit);
  EXPECT_EQ(statusIn("de", "/fresh"), kVariant);
}

TEST_F(LearnedVaries, AVariantHasItsOwnTimeToLive) {
  in("en");
  services_.advance(20s);
  in("de");
  services_.advance(15s);

  EXPECT_EQ(statusIn("de"), "larder; hit; ttl=15");
  EXPECT_EQ(statusIn("en"), kVariant);
}

TEST_F(LearnedVaries, AVariantIsRefreshedAndServedInsteadOfErrors) {
  bool broken = false;
  app_->get(
      "/prices",
      [this, &broken](const Request& request) {
        return broken ? Response::problem(500, "x", "y") : varying("Accept-Language")(request);
      },
      cache(5s).staleIfError(60s));
  in("en", "/prices");
  in("de", "/prices");
  broken = true;
  services_.advance(6s);

  const auto stale = in("en", "/prices");

  EXPECT_EQ(status(stale), "larder; hit; ttl=-1; detail=\"stale-if-error\"");
  EXPECT_EQ(stale.body, "Accept-Language=en;");
}

TEST_F(LearnedVaries, LaterFieldsAreLearnedToo) {
  app_->get(
      "/mixed",
      [this](const Request& request) {
        const bool german = request.headers.get("Accept-Language") == "de";
        return varying(german ? "Accept-Language, X-Region" : "Accept-Language")(request);
      },
      cache(30s));
  in("en", "/mixed");

  EXPECT_EQ(statusIn("de", "/mixed"), "larder; fwd=vary-miss; detail=\"vary\"");
  services_.advance(3s);  // the end of hit-for-miss
  in("en", "/mixed");
  in("de", "/mixed");

  EXPECT_EQ(statusIn("en", "/mixed"), kHit);
  EXPECT_EQ(statusIn("de", "/mixed"), kHit);
  ask("/mixed", {{"Accept-Language", "de"}, {"X-Region", "south"}});
  workers_.runAll();
  EXPECT_EQ(answers_.back().content(), "Accept-Language=de;X-Region=south;");
}

TEST_F(LearnedVaries, AStarOrTooManyFieldsOrNoFieldAtAllIsNeverStored) {
  int page = 0;
  for (const auto* vary : {"*", "Accept-Language, *", "a,b,c,d,e,f,g,h,i", "Accept Language", "\"a\""}) {
    const auto target = "/odd" + std::to_string(++page);
    app_->get(target, varying(vary), cache(30s));
    for (int i = 0; i < 2; ++i)
      EXPECT_EQ(statusIn("en", target), "larder; fwd=uri-miss; detail=\"vary\"") << vary;
  }
}

TEST_F(LearnedVaries, TheMaximumNumberOfFieldsIsStored) {
  app_->get("/many", varying("a,b,c,d,e,f,g,H"), cache(30s));
  later("/many", {{"h", "1"}});

  EXPECT_EQ(status(atOnce("/many", {{"H", "1"}})), kHit);
  EXPECT_EQ(status(later("/many", {{"h", "2"}})), kVariant);
}

TEST_F(LearnedVaries, FieldsOfThePolicyNeedNotBeLearned) {
  app_->get("/known", varying("accept-language"), cache(30s).varyByHeader("Accept-Language"));
  in("en", "/known");

  EXPECT_EQ(statusIn("de", "/known"), kFirst);
  EXPECT_EQ(statusIn("en", "/known"), kHit);
}

TEST_F(LearnedVaries, NamesAndValuesCannotBeConfused) {
  app_->get("/two", varying("A, B"), cache(30s));
  later("/two", {{"A", "1"}, {"B", "2"}});

  for (const Headers& other : {Headers{{"A", "12"}}, Headers{{"A", "1"}}, Headers{{"B", "2"}},
                               Headers{{"A", "2"}, {"B", "1"}}, Headers{{"A", "1:2"}, {"B", ""}}})
    EXPECT_EQ(status(later("/two", other)), kVariant);
}

TEST(Lessons, RoundTripAndRefuseEverythingElse) {
  const auto lesson = newLesson({"accept", "accept-language"});
  const auto payload = encodeLesson(lesson);

  const auto read = decodeLesson(payload);

  ASSERT_TRUE(read);
  EXPECT_EQ(read->generation, lesson.generation);
  EXPECT_EQ(read->fields, lesson.fields);
  for (std::size_t size = 0; size < payload.size(); ++size) {
    const auto part = decodeLesson(payload.substr(0, size));
    EXPECT_TRUE(!part || part->fields.size() < lesson.fields.size()) << size;
  }
  EXPECT_FALSE(decodeLesson(payload + "x"));
  EXPECT_FALSE(decodeLesson(encodeLesson(newLesson({}))));
  EXPECT_FALSE(decodeLesson(encodeLesson(newLesson({"1", "2", "3", "4", "5", "6", "7", "8", "9"}))));
}
