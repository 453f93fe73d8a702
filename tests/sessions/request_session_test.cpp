// SPDX-License-Identifier: Apache-2.0
//
// Sessions in an application, from cookie to cookie.
#include <larder/http/request_session.hpp>

#include <larder/cache.hpp>

#include <thread>
#include <vector>

#include <larder/http/app.hpp>
#include "session_fixture.hpp"

using namespace larder;
using namespace larder::http;
using namespace larder::sessions;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kName = "__Host-sid";

class Visits : public Sessions {
 protected:
  Visits() {
    app_.useSessions(sessions_, SessionCookie(true));
    app_.onFault([this](std::string_view endpoint, std::string_view what) {
      fault_ = std::string(endpoint) + ": " + std::string(what);
    });
    app_.get("/plain", [](const Request&) { return Response::text("plain"); });
    app_.get("/color", [](const Request& request) {
      return Response::text(request.session().get<std::string>("color").value_or("none"));
    });
    app_.put("/color/{color}", [](const Request& request) {
      request.session().set("color", request.param("color"));
      return Response::noContent();
    });
    app_.post("/login/{user}", [](const Request& request) {
      request.session().login(request.param("user"));
      return Response::noContent();
    });
    app_.post("/rotate", [](const Request& request) {
      request.session().rotate();
      return Response::noContent();
    });
    app_.post("/logout", [](const Request& request) {
      request.session().logout();
      return Response::noContent();
    });
    app_.post("/fails", [](const Request& request) {
      request.session().set("color", "red");
      request.session().login("ada");
      return Response::text("no", 500);
    });
    app_.post("/throws", [](const Request& request) -> Response {
      request.session().set("color", "red");
      throw std::runtime_error("no");
    });
    app_.post("/count", [](const Request& request) {
      const bool counted = request.session().update(
          [](Session& session) { session.set("count", session.get<int>("count").value_or(0) + 1); });
      return counted ? Response::noContent() : Response::text("ended", 410);
    });
    app_.get("/swallows", [](const Request& request) {
      try {
        return Response::text(request.session().user().value_or("nobody"));
      } catch (const std::exception&) {
        return Response::text("all is well");
      }
    });
    app_.get(
        "/cached",
        [this](const Request& request) {
          ++executions_;
          return Response::text(request.session().get<std::string>("color").value_or("none"));
        },
        cache(1min));
    app_.get(
        "/own",
        [this](const Request& request) {
          ++executions_;
          return Response::text(request.session().get<std::string>("color").value_or("none"));
        },
        cache(1min).varyBySession());
    app_.get(
        "/says",
        [this](const Request&) {
          ++executions_;
          return Response{200, {{"Cache-Control", RequestSession::kClientCopies}}, "said"};
        },
        cache(1min).varyBySession());
    app_.get(
        "/counts",
        [](const Request& request) {
          request.session().set("seen", true);
          return Response::text("seen");
        },
        cache(1min).varyBySession());
  }

  Response ask(std::string method, std::string target, const std::string& id = {}) {
    auto request = Request::of(std::move(method), std::move(target));
    request.headers.set("Host", "shop.example");
    if (!id.empty()) request.headers.set("Cookie", std::string(kName) + "=" + id);
    return app_.handle(std::move(request));
  }

  // Returns the id in the response's Set-Cookie; empty if there is none, "gone" if it removes the cookie.
  static std::string idIn(const Response& response) {
    const auto cookie = response.headers.get("Set-Cookie");
    if (!cookie) return {};
    const auto value = cookie->substr(kName.size() + 1, cookie->find(';') - kName.size() - 1);
    return value.empty() ? "gone" : std::string(value);
  }

  Cache cache_{store_->backend(), {.operationTimeout = 20s}};
  App app_{cache_};
  std::string fault_;
  int executions_ = 0;
};
INSTANTIATE_TEST_SUITE_P(On, Visits, everyStore(), nameOfStore);

}  // namespace

TEST_P(Visits, CacheControlAddedForASessionIsNotTheHandlersOwn) {
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(ask("GET", "/own").headers.get("Cache-Control"), "private, max-age=0");
  EXPECT_EQ(executions_, 1);
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(ask("GET", "/says").headers.get("Cache-Control"), "private, max-age=0");
  EXPECT_EQ(executions_, 3) << "the handler says that its response is never fresh";
}

TEST_P(Visits, AResponseThatDoesNotUseTheSessionHasNoTraceOfIt) {
  const auto response = ask("GET", "/plain", std::string(43, 'A'));

  EXPECT_FALSE(response.headers.has("Set-Cookie"));
  EXPECT_FALSE(response.headers.has("Vary"));
  EXPECT_FALSE(response.headers.has("Cache-Control"));
}

TEST_P(Visits, ReadingStartsNoSession) {
  const auto response = ask("GET", "/color");

  EXPECT_EQ(response.body, "none");
  EXPECT_FALSE(response.headers.has("Set-Cookie"));
  EXPECT_EQ(response.headers.get("Vary"), "Cookie");
  EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
}

TEST_P(Visits, TheFirstFieldStartsASessionAndSetsTheCookie) {
  const auto first = ask("PUT", "/color/blue");

  EXPECT_EQ(first.headers.get("Set-Cookie"),
            "__Host-sid=" + idIn(first) + "; Path=/; HttpOnly; SameSite=Lax; Secure");
  const auto second = ask("GET", "/color", idIn(first));
  EXPECT_EQ(second.body, "blue");
  EXPECT_FALSE(second.headers.has("Set-Cookie"));
}

TEST_P(Visits, UnknownCookiesAreAnonymousAndCreateNoEntry) {
  const std::vector<std::string> cookies{std::string(43, 'A'), std::string(1024, 'A'), "A", "\"quoted\"",
                                         std::string(43, '%')};
  for (const auto& cookie : cookies) {
    const auto response = ask("GET", "/color", cookie);
    EXPECT_EQ(response.body, "none");
    EXPECT_FALSE(response.headers.has("Set-Cookie")) << cookie;
    EXPECT_FALSE(alive(cookie));
  }
  EXPECT_EQ(sessions_.counters().created, 0u);
}

TEST_P(Visits, CookiesWithControlCharactersAreAnonymous) {
  for (const char control : {'\x01', '\t', '\x7f'}) {
    const auto value = std::string(42, 'A') + control;
    auto request = Request::of("GET", "/color");
    request.headers = Headers({{"Host", "shop.example"}, {"Cookie", std::string(kName) + "=" + value}});
    const auto response = app_.handle(std::move(request));
    EXPECT_EQ(response.body, "none");
    EXPECT_FALSE(response.headers.has("Set-Cookie"));
  }
}

TEST_P(Visits, AnIdChosenByAStrangerIsNotAdopted) {
  const std::string strangers(43, 'A');

  const auto response = ask("PUT", "/color/blue", strangers);

  EXPECT_NE(idIn(response), strangers);
  EXPECT_EQ(idIn(response).size(), 43u);
  EXPECT_FALSE(alive(strangers));
}

TEST_P(Visits, ALogInIssuesANewIdAndEndsTheOldOne) {
  const auto visitors = idIn(ask("PUT", "/color/blue"));

  const auto users = idIn(ask("POST", "/login/ada", visitors));

  EXPECT_NE(users, visitors);
  EXPECT_EQ(ask("GET", "/color", users).body, "blue");
  EXPECT_EQ(ask("GET", "/color", visitors).body, "none");
}

TEST_P(Visits, ALogInEndsAnotherUsersSession) {
  const auto adas = idIn(ask("POST", "/login/ada", idIn(ask("PUT", "/color/blue"))));

  const auto bobs = idIn(ask("POST", "/login/bob", adas));

  EXPECT_FALSE(alive(adas));
  EXPECT_EQ(sessions_.load(bobs)->user(), "bob");
  EXPECT_EQ(ask("GET", "/color", bobs).body, "none");
}

TEST_P(Visits, ARotationKeepsTheDataUnderANewId) {
  const auto before = idIn(ask("PUT", "/color/blue"));

  const auto after = idIn(ask("POST", "/rotate", before));

  EXPECT_NE(after, before);
  EXPECT_FALSE(alive(before));
  EXPECT_EQ(ask("GET", "/color", after).body, "blue");
}

TEST_P(Visits, ALogOutEndsTheSessionAndRemovesTheCookie) {
  const auto id = idIn(ask("PUT", "/color/blue"));

  const auto response = ask("POST", "/logout", id);

  EXPECT_EQ(idIn(response), "gone");
  EXPECT_FALSE(alive(id));
}

TEST_P(Visits, AFailedRequestStoresNothing) {
  const auto id = idIn(ask("PUT", "/color/blue"));

  const auto failed = ask("POST", "/fails", id);
  const auto threw = ask("POST", "/throws", id);

  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(threw.status, 500);
  EXPECT_FALSE(failed.headers.has("Set-Cookie"));
  EXPECT_EQ(ask("GET", "/color", id).body, "blue");
  EXPECT_FALSE(sessions_.load(id)->user());
}

TEST_P(Visits, ASessionThatWouldBecomeTooLargeIsUnchanged) {
  const auto id = idIn(ask("PUT", "/color/blue"));

  EXPECT_EQ(ask("PUT", "/color/" + std::string(70'000, 'x'), id).status, 413);

  EXPECT_EQ(ask("GET", "/color", id).body, "blue");
}

TEST_P(Visits, ParallelRequestsLoseNoUpdate) {
  const auto id = idIn(ask("POST", "/count"));

  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 16; ++thread)
      threads.emplace_back([&] { EXPECT_EQ(ask("POST", "/count", id).status, 204); });
  }

  EXPECT_EQ(sessions_.load(id)->get<int>("count"), 17);
}

TEST_P(Visits, ASessionThatEndsDuringTheRequestIsReportedAndNotRevived) {
  const auto id = idIn(ask("PUT", "/color/blue"));
  app_.put("/slow", [&](const Request& request) {
    request.session().set("color", "red");
    ask("POST", "/logout", id);
    return Response::noContent();
  });

  const auto response = ask("PUT", "/slow", id);

  EXPECT_EQ(response.status, 409);
  EXPECT_FALSE(response.headers.has("Set-Cookie"));
  EXPECT_FALSE(alive(id));
}

TEST_P(Visits, AWriteOfAnotherSitesPageIsRefused) {
  const auto id = idIn(ask("PUT", "/color/blue"));
  auto request = Request::of("PUT", "/color/red");
  request.headers = Headers({{"Host", "shop.example"},
                             {"Origin", "https://evil.example"},
                             {"Cookie", std::string(kName) + "=" + id}});

  EXPECT_EQ(app_.handle(std::move(request)).status, 403);
  EXPECT_EQ(ask("GET", "/color", id).body, "blue");
}

TEST_P(Visits, AResponseThatUsedTheSessionIsNotCachedForOthers) {
  const auto blue = idIn(ask("PUT", "/color/blue"));
  const auto red = idIn(ask("PUT", "/color/red"));

  EXPECT_EQ(ask("GET", "/cached", blue).body, "blue");
  EXPECT_EQ(ask("GET", "/cached", red).body, "red");
  EXPECT_EQ(ask("GET", "/cached").body, "none");
  EXPECT_EQ(executions_, 3);
}

TEST_P(Visits, AResponseThatVariesBySessionIsCachedPerSession) {
  const auto blue = idIn(ask("PUT", "/color/blue"));
  const auto red = idIn(ask("PUT", "/color/red"));

  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ask("GET", "/own", blue).body, "blue");
    EXPECT_EQ(ask("GET", "/own", red).body, "red");
    EXPECT_EQ(ask("GET", "/own").body, "none");
    EXPECT_EQ(ask("GET", "/own", std::string(43, 'A')).body, "none");
  }

  EXPECT_EQ(executions_, 3);
  const auto hit = ask("GET", "/own", blue);
  EXPECT_TRUE(hit.headers.get("Cache-Status")->starts_with("larder; hit"))
      << *hit.headers.get("Cache-Status");
  EXPECT_EQ(hit.headers.get("Vary"), "Cookie");
  EXPECT_EQ(hit.headers.get("Cache-Control"), "private, max-age=0");
}

TEST_P(Visits, AResponseThatVariesBySessionIsRecomputedWhenTheSessionChangesOrEnds) {
  const auto id = idIn(ask("PUT", "/color/blue"));
  EXPECT_EQ(ask("GET", "/own", id).body, "blue");

  ask("PUT", "/color/red", id);
  EXPECT_EQ(ask("GET", "/own", id).body, "red");

  ask("POST", "/logout", id);
  EXPECT_EQ(ask("GET", "/own", id).body, "none");
}

TEST_P(Visits, AResponseWhoseHandlerChangedTheSessionIsNotCachedForItEither) {
  const auto first = ask("GET", "/counts");

  EXPECT_EQ(idIn(first).size(), 43u);
  EXPECT_EQ(first.headers.get("Cache-Control"), "no-store");
  EXPECT_FALSE(ask("GET", "/counts").headers.get("Cache-Status")->starts_with("larder; hit"));
}

TEST_P(Visits, ACachedResponseOfASessionIsNotServedWhileTheBackendIsDown) {
  const auto id = idIn(ask("PUT", "/color/blue"));
  ask("GET", "/own", id);
  store_->fail();

  EXPECT_EQ(ask("GET", "/own", id).status, 503);
  EXPECT_EQ(fault_.find("GET /own: sessions: backend sessions: "), 0u) << fault_;
}

TEST_P(Visits, ADownBackendIsA503WhateverTheHandlerDoes) {
  const auto id = idIn(ask("POST", "/login/ada", idIn(ask("PUT", "/color/blue"))));
  store_->fail();

  for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{{"GET", "/color"},
                                                                                       {"PUT", "/color/red"},
                                                                                       {"POST", "/logout"},
                                                                                       {"GET", "/swallows"},
                                                                                       {"POST", "/count"}}) {
    const auto response = ask(method, target, id);
    EXPECT_EQ(response.status, 503) << target;
    EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
    EXPECT_EQ(response.headers.get("Retry-After"), "1");
    EXPECT_FALSE(response.headers.has("Set-Cookie")) << target;
    EXPECT_EQ(response.body.find(id), std::string::npos);
  }
  EXPECT_EQ(fault_.find("POST /count: sessions: backend sessions: "), 0u) << fault_;
  EXPECT_EQ(fault_.find(id), std::string::npos);
  EXPECT_EQ(ask("GET", "/plain", id).status, 200);
}

TEST_P(Visits, ABackendThatFailsAtTheSaveIsA503Too) {
  app_.put("/breaks", [&](const Request& request) {
    request.session().set("color", "red");
    store_->fail();
    return Response::noContent();
  });

  const auto response = ask("PUT", "/breaks");

  EXPECT_EQ(response.status, 503);
  EXPECT_FALSE(response.headers.has("Set-Cookie"));
}

TEST(RequestsWithoutSessions, CannotVaryResponsesByThem) {
  conformance::ManualServices services;
  Cache cache(Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "lru", {}, services), {});
  App app(cache);

  EXPECT_THROW(
      app.get(
          "/own", [](const Request&) { return Response::text(""); }, larder::cache(1min).varyBySession()),
      std::invalid_argument);
}

TEST(RequestsWithoutSessions, FailEveryHandlerThatAsksForOne) {
  EXPECT_THROW(Request::of("GET", "/").session(), std::logic_error);
}
