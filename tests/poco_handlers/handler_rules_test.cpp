// SPDX-License-Identifier: Apache-2.0
//
// The caching instructions of a Poco application's handlers, which work as those of an App.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "application.hpp"

using namespace larder;
using namespace larder::poco_handlers;
using namespace std::chrono_literals;
using http::Caching;
using http::cachingOf;

namespace {

class HandlerRules : public PocoApplication {
 protected:
  // Serves /a, whose answers have these fields and caching instructions.
  void answerWith(const Fields& fields, const CachePolicy& policy, const Caching& caching = {}) {
    application_->answers["/a"] = [this, fields, caching](HTTPServerRequest& request,
                                                          HTTPServerResponse& response) {
      asked_.push_back(request.get("If-None-Match", "-"));
      if (auto* own = cachingOf(response)) *own = caching;
      for (const auto& [name, value] : fields) response.set(name, value);
      response.setStatusAndReason(status_);
      const bool empty = status_ == HTTPServerResponse::HTTP_NOT_MODIFIED;
      if (empty)
        response.sendBuffer("", 0);
      else
        response.send() << "[1]";
    };
    routes_->get("/a", policy);
    serve();
  }

  HTTPServerResponse::HTTPStatus status_ = HTTPServerResponse::HTTP_OK;
  std::vector<std::string> asked_;
};

}  // namespace

TEST_F(HandlerRules, AStaleResponseIsRevalidatedByTheHandler) {
  answerWith({{"ETag", "\"a\""}}, cache(30s).revalidate(1h));
  get("/a");
  services_.advance(31s);
  status_ = HTTPServerResponse::HTTP_NOT_MODIFIED;

  const auto validated = get("/a");
  const auto hit = get("/a", {{"If-None-Match", "\"a\""}});

  EXPECT_EQ(validated.status, 200);
  EXPECT_EQ(validated.body, "[1]");
  EXPECT_EQ(validated.cacheStatus(), "larder; fwd=stale; fwd-status=304; stored");
  EXPECT_EQ(hit.status, 304);
  EXPECT_EQ(hit.cacheStatus(), kHit);
  EXPECT_EQ(asked_, (std::vector<std::string>{"-", "\"a\""}));
}

TEST_F(HandlerRules, AClientsConditionsDoNotReachAHandlerThatRevalidates) {
  answerWith({{"ETag", "\"a\""}}, cache(30s).revalidate(1h));
  get("/a", {{"If-None-Match", "\"x\""}});
  services_.advance(31s);

  const auto changed = get("/a", {{"If-None-Match", "\"x\""}});

  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.cacheStatus(), kStored);
  EXPECT_EQ(asked_, (std::vector<std::string>{"-", "\"a\""}));
}

TEST_F(HandlerRules, AHandlerSetsTheLifetimeOfItsResponse) {
  answerWith({}, cache(30s), {.expire = 10s});
  get("/a");

  EXPECT_EQ(get("/a").cacheStatus(), "larder; hit; ttl=10");
  services_.advance(10s);
  EXPECT_EQ(get("/a").cacheStatus(), kStored);
}

TEST_F(HandlerRules, AHandlerPreventsStoringItsResponse) {
  answerWith({}, cache(30s), {.skip = true});

  for (int i = 0; i < 2; ++i) EXPECT_EQ(get("/a").cacheStatus(), "larder; fwd=uri-miss; detail=\"handler\"");
}

TEST_F(HandlerRules, AHandlerSetsHowLongItsResponseMayReplaceAnError) {
  answerWith({}, cache(30s).staleIfError(1h), {.staleIfError = 10s});
  get("/a");
  status_ = HTTPServerResponse::HTTP_INTERNAL_SERVER_ERROR;

  services_.advance(39s);
  EXPECT_EQ(get("/a").cacheStatus(), "larder; hit; ttl=-9; detail=\"stale-if-error\"");
  services_.advance(1s);
  EXPECT_EQ(get("/a").status, 500);
}

TEST_F(HandlerRules, AHandlerThatBypassesTheCacheCannotControlIt) {
  bool seen = true;
  application_->answers["/b"] = [&seen](HTTPServerRequest&, HTTPServerResponse& response) {
    seen = cachingOf(response) != nullptr;
    response.send() << "[1]";
  };
  serve();

  get("/b");

  EXPECT_FALSE(seen);
}
