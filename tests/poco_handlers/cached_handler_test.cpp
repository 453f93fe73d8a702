// SPDX-License-Identifier: Apache-2.0
//
// Which requests the cache answers in place of an application, and which it leaves to the application.
#include <Poco/Net/HTTPCookie.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "application.hpp"
#include "poco_handlers/captured_request.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace larder::poco_handlers;
using namespace std::chrono_literals;
using http::cachedHandler;
using http::Cookies;

namespace {

class CachedHandlers : public PocoApplication {};

// Answers with the value that it sees for the request's field.
Answer echo(const std::string& name) {
  return [name](HTTPServerRequest& request, HTTPServerResponse& response) {
    response.send() << request.get(name, "-");
  };
}

}  // namespace

TEST_F(CachedHandlers, TheHandlerRunsOnceAndTheNextRequestIsAHit) {
  application_->answers["/articles"] = [](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setContentType("application/json");
    response.set("X-Own", "1");
    response.send() << "[1]";
  };
  routes_->get("/articles", cache(30s));
  serve();

  const auto miss = get("/articles");
  services_.advance(1s);
  const auto hit = get("/articles");

  EXPECT_EQ(miss.cacheStatus(), kStored);
  EXPECT_EQ(hit.cacheStatus(), "larder; hit; ttl=29");
  EXPECT_EQ(application_->runs, 1);
  for (const auto& got : {miss, hit}) {
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "[1]");
    EXPECT_EQ(got.field("Content-Type"), "application/json");
    EXPECT_EQ(got.field("X-Own"), "1");
    EXPECT_EQ(got.field("Content-Length"), "3");
    EXPECT_EQ(got.field("ETag"), miss.field("ETag"));
    EXPECT_EQ(got.fields.count("Date"), 1u);
  }
  EXPECT_EQ(hit.field("Age"), "1");
}

TEST_F(CachedHandlers, TwentyColdRequestsRunTheHandlerOnce) {
  std::binary_semaphore go_on(0);
  application_->answers["/slow"] = [&](HTTPServerRequest&, HTTPServerResponse& response) {
    go_on.acquire();
    response.send() << "once";
  };
  routes_->get("/slow", cache(30s));
  serve();
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 20; ++i)
    clients.emplace_back([&] {
      if (get("/slow").body == "once") ++right;
    });
  EXPECT_TRUE(tests::eventually([this] { return cache_.counters().flightWaits == 19; }));
  go_on.release();
  for (auto& client : clients) client.join();

  EXPECT_EQ(application_->runs, 1);
  EXPECT_EQ(right, 20);
}

TEST_F(CachedHandlers, AConditionalRequestIsAnswered304AndTheHandlerReturnsAFullResponse) {
  application_->answers["/a"] = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    if (request.has("If-None-Match")) response.setStatusAndReason(HTTPServerResponse::HTTP_NOT_MODIFIED);
    response.send() << "text";
  };
  routes_->get("/a", cache(30s));
  serve();
  const auto first = get("/a", {{"If-None-Match", "\"another\""}});
  const auto tag = first.field("ETag");

  const auto hit = get("/a", {{"If-None-Match", tag}});
  services_.advance(30s);
  const auto miss = get("/a", {{"If-None-Match", tag}});

  EXPECT_EQ(first.status, 200);
  for (const auto& got : {hit, miss}) {
    EXPECT_EQ(got.status, 304);
    EXPECT_EQ(got.body, "");
    EXPECT_EQ(got.field("ETag"), tag);
  }
  EXPECT_EQ(get("/a").cacheStatus(), kHit);
}

TEST_F(CachedHandlers, HeadIsAnsweredFromTheEntryAndStoresNone) {
  application_->answers["/a"] = text("text");
  routes_->get("/a", cache(30s));
  serve();

  const auto before = ask("/a", {}, "HEAD");
  const auto miss = get("/a");
  const auto after = ask("/a", {}, "HEAD");

  EXPECT_EQ(before.cacheStatus(), "larder; fwd=uri-miss; detail=\"head\"");
  EXPECT_EQ(miss.cacheStatus(), kStored);
  EXPECT_EQ(after.cacheStatus(), kHit);
  EXPECT_EQ(after.field("Content-Length"), "4");
  EXPECT_EQ(before.body + after.body, "");
}

TEST_F(CachedHandlers, ResponsesDifferByQueryAndChosenHeaders) {
  application_->answers["/a"] = echo("Accept-Language");
  routes_->get("/a", cache(30s).varyByHeader("Accept-Language").varyByQuery("page"));
  serve();
  get("/a?page=1", {{"Accept-Language", "de"}});

  EXPECT_EQ(get("/a?page=1&utm=x", {{"Accept-Language", "de"}}).cacheStatus(), kHit);
  EXPECT_EQ(get("/a?page=2", {{"Accept-Language", "de"}}).cacheStatus(), kStored);
  EXPECT_EQ(get("/a?page=1", {{"Accept-Language", "fr"}}).body, "fr");
}

TEST_F(CachedHandlers, ARequestWithCredentialsReachesTheHandlerAndStoresNothing) {
  application_->answers["/me"] = echo("Authorization");
  routes_->get("/me", cache(30s));
  serve();

  const auto alice = get("/me", {{"Authorization", "Bearer alice"}});
  const auto nobody = get("/me");
  const auto bob = get("/me", {{"Authorization", "Bearer bob"}});

  EXPECT_EQ(alice.body, "Bearer alice");
  EXPECT_EQ(alice.cacheStatus(), "larder; fwd=bypass; detail=\"authorization\"");
  EXPECT_EQ(nobody.body, "-");
  EXPECT_EQ(bob.body, "Bearer bob");
}

TEST_F(CachedHandlers, ARequestWithCookiesReachesTheHandlerAndStoresNothing) {
  application_->answers["/me"] = echo("Cookie");
  routes_->get("/me", cache(30s));
  serve();
  get("/me");

  const auto alice = get("/me", {{"Cookie", "user=alice"}});

  EXPECT_EQ(alice.body, "user=alice");
  EXPECT_EQ(alice.cacheStatus(), "larder; fwd=bypass; detail=\"cookie\"");
  EXPECT_EQ(get("/me").cacheStatus(), kHit);
  EXPECT_EQ(get("/me").body, "-");
}

TEST_F(CachedHandlers, IgnoredCookiesAreHiddenFromTheHandlerAndDoNotBypassTheCache) {
  application_->answers["/page"] = echo("Cookie");
  routes_->get("/page", cache(30s), Cookies::hide);
  serve();

  const auto alice = get("/page", {{"Cookie", "user=alice"}});
  const auto bob = get("/page", {{"Cookie", "user=bob"}});
  const auto reloaded = get("/page", {{"Cookie", "user=alice"}, {"Cache-Control", "no-store"}});

  EXPECT_EQ(alice.cacheStatus(), kStored);
  EXPECT_EQ(bob.cacheStatus(), kHit);
  for (const auto& got : {alice, bob, reloaded}) EXPECT_EQ(got.body, "-");
}

TEST_F(CachedHandlers, APolicyThatVariesByCookieKeepsVisitorsApart) {
  application_->answers["/me"] = echo("Cookie");
  routes_->get("/me", cache(30s).varyByHeader("Cookie"), Cookies::hide);
  serve();
  for (int miss_then_hit = 0; miss_then_hit < 2; ++miss_then_hit)
    for (const std::string user : {"user=alice", "user=bob"})
      EXPECT_EQ(get("/me", {{"Cookie", user}}).body, user);

  EXPECT_EQ(application_->runs, 2);
}

TEST_F(CachedHandlers, RangesAndBodiesGoToTheHandler) {
  application_->answers["/a"] = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    std::string body;
    Poco::StreamCopier::copyToString(request.stream(), body);
    response.send() << body << request.get("Range", "");
  };
  routes_->get("/a", cache(30s));
  serve();
  get("/a");

  const auto part = get("/a", {{"Range", "bytes=0-1"}});
  const auto with_body = ask("/a", {}, "GET", "GET /hidden HTTP/1.1\r\n\r\n");

  EXPECT_EQ(part.body, "bytes=0-1");
  EXPECT_EQ(part.cacheStatus(), "larder; fwd=bypass; detail=\"range\"");
  EXPECT_EQ(with_body.body, "GET /hidden HTTP/1.1\r\n\r\n");
  EXPECT_EQ(with_body.cacheStatus(), "larder; fwd=bypass; detail=\"body\"");
}

TEST_F(CachedHandlers, AnUpgradeGetsTheServersOwnRequest) {
  application_->answers["/chat"] = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    const bool own = dynamic_cast<Poco::Net::HTTPServerRequestImpl*>(&request) != nullptr;
    response.setStatusAndReason(HTTPServerResponse::HTTP_SWITCHING_PROTOCOLS);
    response.set("Upgrade", own ? "chat" : "none");
    response.setKeepAlive(false);
    response.send();
  };
  routes_->get("/chat", cache(30s));
  serve();

  const auto answer =
      exchange("GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\n");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 101 ")) << answer;
  EXPECT_NE(answer.find("Upgrade: chat"), std::string::npos) << answer;
}

TEST_F(CachedHandlers, RequestsOutsideTheRoutesGoToTheApplication) {
  std::atomic<bool> own{false};
  application_->answers["/other"] = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    own = dynamic_cast<Poco::Net::HTTPServerRequestImpl*>(&request) != nullptr;
    response.send() << "other";
  };
  routes_->get("/a", cache(30s)).get("/missing", cache(30s));
  serve();

  const auto got = get("/other");

  EXPECT_TRUE(own);
  EXPECT_EQ(got.body, "other");
  EXPECT_EQ(got.fields.count("Cache-Status"), 0u);
  EXPECT_EQ(ask("/other", {}, "POST", "x").body, "other");
  EXPECT_EQ(get("/nowhere").status, 501) << "as Poco answers without a handler";
  EXPECT_EQ(get("/missing").status, 501);
  EXPECT_EQ(get("/missing", {{"Range", "bytes=0-1"}}).status, 501);
}

TEST_F(CachedHandlers, AHeaderWithLineBreaksBypassesTheCache) {
  application_->answers["/a"] = text("text");
  routes_->get("/a", cache(30s).varyByHeader("X-A"));
  serve();

  // "a CR LF b" as an encoded word, which Poco decodes.
  const auto answer =
      exchange("GET /a HTTP/1.1\r\nHost: x\r\nX-A: =?UTF-8?Q?a=0D=0Ab?=\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
}

TEST_F(CachedHandlers, ASuccessfulWriteMakesItsTagsStale) {
  std::atomic<int> version{1};
  application_->answers["/articles/7"] = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    std::string body;
    if (request.getMethod() != "GET") Poco::StreamCopier::copyToString(request.stream(), body);
    if (request.getMethod() == "PUT") ++version;
    if (body == "wrong") response.setStatusAndReason(HTTPServerResponse::HTTP_UNPROCESSABLE_ENTITY);
    response.send() << version;
  };
  application_->answers["/articles/8"] = text("8");
  routes_->get("/articles/{id}", cache(30s).tag("article:{id}"))
      .put("/articles/{id}", invalidates("article:{id}"))
      .post("/articles/{id}", invalidates("article:{id}"));
  serve();
  get("/articles/7");
  get("/articles/8");

  EXPECT_EQ(ask("/articles/7", {}, "POST", "wrong").status, 422);
  EXPECT_EQ(get("/articles/7").cacheStatus(), kHit);
  const auto written = ask("/articles/7", {}, "PUT", "new");

  EXPECT_EQ(written.body, "2");
  EXPECT_EQ(written.fields.count("Cache-Status"), 0u);
  EXPECT_EQ(get("/articles/7").body, "2");
  EXPECT_EQ(get("/articles/8").cacheStatus(), kHit);
}

TEST_F(CachedHandlers, TagsAreStaleBeforeTheResponseToAWriteArrivesHoweverItIsSent) {
  const std::string large(3u << 20, 'x');
  const std::vector<Answer> ways{
      text("small"), [&large](HTTPServerRequest&, HTTPServerResponse& response) { response.send() << large; },
      [&large](HTTPServerRequest&, HTTPServerResponse& response) {
        response.sendBuffer(large.data(), large.size());
      },
      [](HTTPServerRequest& request, HTTPServerResponse&) { request.response().send() << "direct"; }};
  application_->answers["/a"] = text("a");
  routes_->get("/a", cache(30s).tag("t"));
  for (std::size_t i = 0; i < ways.size(); ++i) {
    application_->answers["/write/" + std::to_string(i)] = ways[i];
    routes_->put("/write/" + std::to_string(i), invalidates("t"));
  }
  serve();
  for (std::size_t i = 0; i < ways.size(); ++i) {
    get("/a");
    ask("/write/" + std::to_string(i), {}, "PUT", "x");
    EXPECT_EQ(get("/a").cacheStatus(), kStored) << i;
  }
}

TEST_F(CachedHandlers, AStaleResponseIsRefreshedInTheBackgroundAfterItsRequestEnds) {
  std::binary_semaphore go_on(0);
  application_->answers["/a"] = [&](HTTPServerRequest& request, HTTPServerResponse& response) {
    if (application_->runs > 1) go_on.acquire();
    response.send() << application_->runs << request.get("X-A", "-")
                    << request.clientAddress().host().toString();
  };
  routes_->get("/a", cache(30s).staleWhileRevalidate(1h));
  serve();
  get("/a", {{"X-A", "first"}});
  services_.advance(31s);

  EXPECT_EQ(get("/a", {{"X-A", "second"}}).body, "1first127.0.0.1");
  go_on.release();
  EXPECT_TRUE(tests::eventually([this] { return get("/a").body != "1first127.0.0.1"; }));

  EXPECT_EQ(get("/a").body, "2second127.0.0.1");
}

TEST_F(CachedHandlers, AFailingHandlerIsA500OrAStaleResponseIfThePolicyAllows) {
  const auto fails_later = [this](HTTPServerRequest&, HTTPServerResponse& response) {
    if (application_->runs > 2) throw Poco::RuntimeException("password=secret");
    response.send() << "good";
  };
  application_->answers["/plain"] = fails_later;
  application_->answers["/patient"] = fails_later;
  routes_->get("/plain", cache(30s)).get("/patient", cache(30s).staleIfError(1h));
  serve();
  get("/plain");
  get("/patient");
  services_.advance(31s);

  EXPECT_EQ(get("/plain").status, 500);
  const auto stale = get("/patient");
  EXPECT_EQ(stale.body, "good");
  EXPECT_EQ(stale.cacheStatus(), "larder; hit; ttl=-1; detail=\"stale-if-error\"");
}

TEST_F(CachedHandlers, TheApplicationIsNotifiedWhenTheServerStops) {
  serve();
  EXPECT_FALSE(application_->stopped);

  stop();

  EXPECT_TRUE(application_->stopped);
}

TEST_F(CachedHandlers, InvalidRoutesAreRefused) {
  EXPECT_THROW(routes_->get("/a", cache(30s).varyBySession()), std::invalid_argument);
  EXPECT_THROW(routes_->get("/a", cache(30s).tag("{id}")), std::invalid_argument);
  EXPECT_THROW(routes_->put("/a", invalidates("{id}")), std::invalid_argument);
  EXPECT_THROW(routes_->get("a", cache(30s)), std::invalid_argument);
}

namespace {

// A factory that wraps one of its handlers itself.
class OneCached final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  OneCached(Cache& cache, std::unique_ptr<Application> application)
      : cache_(cache), application_(std::move(application)) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& request) override {
    std::unique_ptr<Poco::Net::HTTPRequestHandler> handler(application_->createRequestHandler(request));
    return cachedHandler(cache_, larder::cache(30s).tag("t"), std::move(handler)).release();
  }

 private:
  Cache& cache_;
  const std::unique_ptr<Application> application_;
};

class OneHandler : public PocoApplication {
 protected:
  OneHandler() {
    auto application = std::make_unique<Application>();
    answers_ = &application->answers;
    runs_ = &application->runs;
    serveWith(new OneCached(cache_, std::move(application)));
  }

  std::map<std::string, Answer>* answers_;
  std::atomic<int>* runs_;
};

}  // namespace

TEST_F(OneHandler, IsCachedWithOneCall) {
  (*answers_)["/a"] = text("text");

  EXPECT_EQ(get("/a").cacheStatus(), kStored);
  EXPECT_EQ(get("/a").cacheStatus(), kHit);
  EXPECT_EQ(get("/a").body, "text");
  EXPECT_EQ(*runs_, 1);
}

TEST_F(OneHandler, ReceivesWritesAndUncacheableRequests) {
  (*answers_)["/a"] = echo("Cookie");
  get("/a");

  EXPECT_EQ(ask("/a", {}, "POST", "x").fields.count("Cache-Status"), 0u);
  EXPECT_EQ(get("/a", {{"Cookie", "user=alice"}}).body, "user=alice");
  EXPECT_EQ(*runs_, 3);
}

namespace {

// Behaves like a server behind TLS, for requests that say so.
class AsIfSecure final : public Poco::Net::HTTPRequestHandler {
 public:
  explicit AsIfSecure(std::unique_ptr<Poco::Net::HTTPRequestHandler> inner) : inner_(std::move(inner)) {}
  void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
    http::RequestHead head(request);
    head.secure = request.has("X-Secure");
    http::CapturedRequest changed(head, response);
    inner_->handleRequest(changed, response);
  }

 private:
  const std::unique_ptr<Poco::Net::HTTPRequestHandler> inner_;
};

class SecureFactory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit SecureFactory(Poco::Net::HTTPRequestHandlerFactory* inner) : inner_(inner) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest& request) override {
    return new AsIfSecure(
        std::unique_ptr<Poco::Net::HTTPRequestHandler>(inner_->createRequestHandler(request)));
  }

 private:
  Poco::Net::HTTPRequestHandlerFactory::Ptr inner_;
};

}  // namespace

TEST_F(CachedHandlers, HttpAndHttpsAreSeparateResources) {
  application_->answers["/a"] = [](HTTPServerRequest& request, HTTPServerResponse& response) {
    response.send() << (request.secure() ? "secret" : "open") << request.get("Host", "");
  };
  routes_->get("/a", cache(30s));
  serveWith(new SecureFactory(routes_.release()));
  for (int miss_then_hit = 0; miss_then_hit < 2; ++miss_then_hit) {
    EXPECT_EQ(get("/a", {{"X-Secure", "1"}, {"Host", "x"}}).body, "secretx");
    EXPECT_EQ(get("/a", {{"Host", "x"}}).body, "openx");
  }
  EXPECT_EQ(application_->runs, 2);
}

TEST_F(OneHandler, RefusesPoliciesThatNeedMoreThanOneHandler) {
  EXPECT_THROW(cachedHandler(cache_, cache(30s).staleWhileRevalidate(1h), nullptr), std::invalid_argument);
  EXPECT_THROW(cachedHandler(cache_, cache(30s).tag("user:{id}"), nullptr), std::invalid_argument);
}
