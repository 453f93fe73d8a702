// SPDX-License-Identifier: Apache-2.0
#include <larder/http/tracing.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <limits>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <larder/http/app.hpp>
#include <larder/http/child_span.hpp>
#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"
#include "waiting/eventually.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string kCaller = "00f067aa0ba902b7";

Headers fromCaller(bool sampled) {
  return {{"traceparent", "00-" + kTrace + "-" + kCaller + (sampled ? "-01" : "-00")},
          {"tracestate", "rojo=1"}};
}

class Spans final : public SpanObserver {
 public:
  void ended(const Span& span) override {
    const std::lock_guard lock(mutex_);
    spans_.push_back(span);
  }
  std::vector<Span> all() const {
    const std::lock_guard lock(mutex_);
    return spans_;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& span : all()) names.push_back(span.name);
    return names;
  }
  Span named(std::string_view name) const {
    for (const auto& span : all())
      if (span.name == name) return span;
    throw std::out_of_range("no span " + std::string(name));
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Span> spans_;
};

std::string textOf(const Span& span, std::string_view attribute) {
  for (const auto& [name, value] : span.attributes)
    if (name == attribute) {
      const auto* const number = std::get_if<std::int64_t>(&value);
      return number != nullptr ? std::to_string(*number) : std::get<std::string>(value);
    }
  return "none";
}

using Names = std::vector<std::string>;

class TracedRequests : public testing::Test {
 protected:
  TracedRequests() {
    app_.observeSpans(spans_);
    app_.get("/users/{id}", handler(), cache(30s).staleWhileRevalidate(10s));
    app_.get("/plain", handler());
    app_.get("/broken", [](const Request&) -> Response { throw std::runtime_error("broken"); });
  }

  // Takes 3 ms by the test's clock, of which a query takes 2.
  Handler handler() {
    return [this](const Request& request) {
      services_.advance(1ms);
      ChildSpan query(request, "SELECT users", SpanKind::client);
      query.set("db.system.name", "sqlite");
      query.set("db.response.returned_rows", 2);
      passedOn_ = query.context();
      handled_ = request.traceContext();
      services_.advance(2ms);
      return Response::text("body");
    };
  }
  Response ask(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    auto request = Request::of(method, target);
    request.headers = std::move(headers);
    return app_.handle(request);
  }

  Spans spans_;
  conformance::ManualServices services_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
  App app_{cache_};
  std::optional<TraceContext> handled_;
  std::optional<TraceContext> passedOn_;
};

TEST_F(TracedRequests, AreNoneByDefault) {
  ask("/users/1", fromCaller(true));

  EXPECT_EQ(spans_.names(), Names{});
}

TEST_F(TracedRequests, HaveASpanWithTheNamesOfTheConventions) {
  app_.trace({.sample = 1});

  ask("/users/1?secret=1");

  const auto span = spans_.named("GET /users/{id}");
  EXPECT_EQ(span.kind, SpanKind::server);
  EXPECT_TRUE(span.traceId);
  EXPECT_FALSE(span.parent);
  EXPECT_EQ(span.duration, 3ms);
  EXPECT_FALSE(span.failed);
  EXPECT_EQ(textOf(span, "http.request.method"), "GET");
  EXPECT_EQ(textOf(span, "url.path"), "/users/1");
  EXPECT_EQ(textOf(span, "http.route"), "/users/{id}");
  EXPECT_EQ(textOf(span, "http.response.status_code"), "200");
  EXPECT_EQ(textOf(span, "larder.cache.result"), "miss");
}

TEST_F(TracedRequests, HaveChildrenForLookUpHandlerAndQuery) {
  app_.trace({.sample = 1});

  ask("/users/1");

  EXPECT_EQ(spans_.names(), (Names{"cache.lookup", "SELECT users", "handler", "GET /users/{id}"}));
  const auto request = spans_.named("GET /users/{id}");
  const auto handler = spans_.named("handler");
  const auto query = spans_.named("SELECT users");
  EXPECT_EQ(spans_.named("cache.lookup").parent, request.spanId);
  EXPECT_EQ(handler.parent, request.spanId);
  EXPECT_EQ(query.parent, handler.spanId);
  EXPECT_EQ(query.kind, SpanKind::client);
  EXPECT_EQ(query.duration, 2ms);
  EXPECT_EQ(query.start - handler.start, 1ms);
  EXPECT_EQ(textOf(query, "db.system.name"), "sqlite");
  EXPECT_EQ(textOf(query, "db.response.returned_rows"), "2");
  for (const auto& span : spans_.all()) EXPECT_EQ(span.traceId, request.traceId) << span.name;
}

TEST_F(TracedRequests, ThatHitHaveALookUpAndNoHandler) {
  ask("/users/1");
  app_.trace({.sample = 1});

  ask("/users/1");

  EXPECT_EQ(spans_.names(), (Names{"cache.lookup", "GET /users/{id}"}));
  EXPECT_EQ(textOf(spans_.named("GET /users/{id}"), "larder.cache.result"), "hit");
}

TEST_F(TracedRequests, WithoutAPolicyHaveNoLookUp) {
  app_.trace({.sample = 1});

  ask("/plain");

  EXPECT_EQ(spans_.names(), (Names{"SELECT users", "handler", "GET /plain"}));
}

TEST_F(TracedRequests, ContinueTheTraceOfTheirCaller) {
  app_.trace({.sample = 1});

  ask("/users/1", fromCaller(false));

  const auto span = spans_.named("GET /users/{id}");
  EXPECT_EQ(toHex(span.traceId), kTrace);
  EXPECT_EQ(toHex(span.parent), kCaller);
  EXPECT_EQ(span.state, "rojo=1");
}

TEST_F(TracedRequests, BeginATraceIfTheirTraceparentIsInvalid) {
  app_.trace({.sample = 1, .followCallers = true});

  ask("/users/1", {{"traceparent", "00-" + kTrace + "-0000000000000000-01"}, {"tracestate", "rojo=1"}});

  const auto span = spans_.named("GET /users/{id}");
  EXPECT_TRUE(span.traceId);
  EXPECT_NE(toHex(span.traceId), kTrace);
  EXPECT_FALSE(span.parent);
  EXPECT_EQ(span.state, "");
}

TEST_F(TracedRequests, PassTheHandlersSpanOnAsTheParent) {
  app_.trace({.sample = 1});

  ask("/users/1", fromCaller(true));

  EXPECT_EQ(handled_->traceparent(), "00-" + kTrace + "-" + toHex(spans_.named("handler").spanId) + "-01");
  EXPECT_EQ(handled_->state, "rojo=1");
  EXPECT_EQ(passedOn_->spanId, spans_.named("SELECT users").spanId);
}

TEST_F(TracedRequests, AreThoseThatCallersSampleIfTheseAreFollowed) {
  app_.trace({.followCallers = true});

  ask("/users/1", fromCaller(false));
  ask("/users/2", fromCaller(true));
  ask("/users/3");

  ASSERT_EQ(std::ranges::count(spans_.names(), "GET /users/{id}"), 1);
  EXPECT_EQ(textOf(spans_.named("GET /users/{id}"), "url.path"), "/users/2");
}

TEST_F(TracedRequests, AreNotChosenByCallersThatAreNotFollowed) {
  app_.trace({.sample = 1e-12});

  for (int i = 0; i < 100; ++i) ask("/users/1", fromCaller(true));

  EXPECT_EQ(spans_.names(), Names{});
}

TEST_F(TracedRequests, PassTheCallersContextOnIfTheyAreNotTraced) {
  app_.trace({.followCallers = true});

  ask("/users/1", fromCaller(false));

  EXPECT_EQ(handled_->traceparent(), "00-" + kTrace + "-" + kCaller + "-00");
  EXPECT_EQ(passedOn_->traceparent(), handled_->traceparent());
  EXPECT_EQ(handled_->state, "rojo=1");
}

TEST_F(TracedRequests, AreAFractionChosenAtRandom) {
  app_.trace({.sample = 0.1});

  std::set<std::uint64_t> traces;
  for (int i = 0; i < 20'000; ++i) ask("/nowhere");
  for (const auto& span : spans_.all()) traces.insert(span.traceId.low);

  // 2000 are expected, with a standard deviation of 42.
  EXPECT_NEAR(static_cast<double>(spans_.all().size()), 2000, 420);
  EXPECT_EQ(traces.size(), spans_.all().size());
}

TEST_F(TracedRequests, ChangeWithTheNextOptionsAtOnce) {
  app_.trace({.sample = 1e-12});
  ask("/nowhere");

  app_.trace({.sample = 1});
  ask("/nowhere");
  app_.trace({});
  ask("/nowhere");

  EXPECT_EQ(spans_.names(), Names{"GET"});
}

TEST_F(TracedRequests, AreMarkedWhenTheHandlerFails) {
  app_.trace({.sample = 1});

  ask("/broken");

  EXPECT_TRUE(spans_.named("handler").failed);
  EXPECT_EQ(textOf(spans_.named("handler"), "exception.message"), "broken");
  EXPECT_TRUE(spans_.named("GET /broken").failed);
  EXPECT_EQ(textOf(spans_.named("GET /broken"), "error.type"), "500");
}

TEST_F(TracedRequests, OfAnUnknownMethodShareAName) {
  app_.trace({.sample = 1});

  ask("/plain", {}, "BREW");

  EXPECT_EQ(spans_.names(), Names{"HTTP"});
  EXPECT_EQ(textOf(spans_.named("HTTP"), "http.request.method"), "_OTHER");
}

TEST_F(TracedRequests, RefreshAStaleValueAfterTheirOwnSpan) {
  ask("/users/1");
  services_.advance(35s);
  app_.trace({.sample = 1});

  ask("/users/1");
  ASSERT_TRUE(tests::eventually([this] { return spans_.names().size() >= 4; }));

  const auto request = spans_.named("GET /users/{id}");
  EXPECT_EQ(textOf(request, "larder.cache.result"), "stale");
  EXPECT_EQ(spans_.named("handler").parent, request.spanId);
}

TEST_F(TracedRequests, LinkToTheHandlerRunThatTheyWaitedFor) {
  std::latch begun(1);
  std::latch end(1);
  app_.get(
      "/slow",
      [&](const Request&) {
        begun.count_down();
        end.wait();
        return Response::text("slow");
      },
      cache(30s));
  app_.trace({.sample = 1});
  std::thread leader([this] { ask("/slow"); });
  begun.wait();
  std::thread follower([this] { ask("/slow", fromCaller(true)); });
  EXPECT_TRUE(tests::eventually([this] { return cache_.counters().flightWaits == 1; }));
  end.count_down();
  leader.join();
  follower.join();

  const auto wait = spans_.named("cache.wait");
  const auto run = spans_.named("handler");
  EXPECT_EQ(toHex(wait.traceId), kTrace);
  ASSERT_EQ(wait.links.size(), 1u);
  EXPECT_EQ(wait.links[0].traceId, run.traceId);
  EXPECT_EQ(wait.links[0].spanId, run.spanId);
  EXPECT_NE(run.traceId, wait.traceId);
}

TEST_F(TracedRequests, HaveNoLinkIfTheRunWasNotTraced) {
  std::latch begun(1);
  std::latch end(1);
  app_.get(
      "/slow",
      [&](const Request&) {
        begun.count_down();
        end.wait();
        return Response::text("slow");
      },
      cache(30s));
  app_.trace({.followCallers = true});
  std::thread leader([this] { ask("/slow"); });
  begun.wait();
  std::thread follower([this] { ask("/slow", fromCaller(true)); });
  EXPECT_TRUE(tests::eventually([this] { return cache_.counters().flightWaits == 1; }));
  end.count_down();
  leader.join();
  follower.join();

  EXPECT_EQ(spans_.names(), (Names{"cache.lookup", "cache.wait", "GET /slow"}));
  EXPECT_TRUE(spans_.named("cache.wait").links.empty());
}

TEST_F(TracedRequests, RefuseAFractionThatIsNone) {
  for (const double sample : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THROW(app_.trace({.sample = sample}), std::invalid_argument) << sample;
}

TEST_F(TracedRequests, AreTimedForTheClientIfWanted) {
  app_.trace({.serverTiming = true});

  const auto miss = ask("/users/1");
  const auto hit = ask("/users/1");
  const auto plain = ask("/plain");

  EXPECT_EQ(miss.field("Server-Timing"), "cache;desc=\"miss\";dur=0.000, handler;dur=3.000, total;dur=3.000");
  EXPECT_EQ(hit.field("Server-Timing"), "cache;desc=\"hit\";dur=0.000, total;dur=0.000");
  EXPECT_EQ(plain.field("Server-Timing"), "handler;dur=3.000, total;dur=3.000");
  EXPECT_EQ(spans_.names(), Names{});
}

TEST_F(TracedRequests, KeepTheHandlersOwnServerTiming) {
  app_.get(
      "/own",
      [](const Request&) {
        auto response = Response::text("own");
        response.headers.add("Server-Timing", "render;dur=1");
        return response;
      },
      cache(30s));
  app_.trace({.serverTiming = true});

  const auto miss = ask("/own");
  const auto hit = ask("/own");

  EXPECT_EQ(miss.headers.joined("Server-Timing"),
            "render;dur=1, cache;desc=\"miss\";dur=0.000, handler;dur=0.000, total;dur=0.000");
  EXPECT_EQ(hit.headers.joined("Server-Timing"),
            "render;dur=1, cache;desc=\"hit\";dur=0.000, total;dur=0.000");
}

TEST_F(TracedRequests, HaveNoServerTimingByDefault) {
  app_.trace({.sample = 1});

  EXPECT_FALSE(ask("/users/1").field("Server-Timing"));
}

}  // namespace
}  // namespace larder::http
