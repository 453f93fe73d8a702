// SPDX-License-Identifier: Apache-2.0
//
// What App::handle answers immediately and what it leaves to the workers.
#include <algorithm>
#include <stdexcept>

#include "responses_fixture.hpp"

using namespace larder::http;
using namespace std::chrono_literals;

namespace {

class Asynchronous : public Responses {
 protected:
  void SetUp() override {
    app_->get("/users", counted(), larder::cache(30s).tag("users"));
    app_->get("/health", counted());
  }
};

}  // namespace

TEST_F(Asynchronous, AHitInMemoryIsAnsweredBeforeHandleReturns) {
  EXPECT_EQ(status(later("/users")), "larder; fwd=uri-miss; stored");

  EXPECT_EQ(status(atOnce("/users")), "larder; hit; ttl=30");
  EXPECT_EQ(status(atOnce("/users", {}, "HEAD")), "larder; hit; ttl=30");
  EXPECT_EQ(status(atOnce("/users", {{"Cache-Control", "only-if-cached"}})), "larder; hit; ttl=30");
  EXPECT_EQ(executions_, 1);
}

TEST_F(Asynchronous, ARequestThatNeedsNoHandlerIsAnsweredBeforeHandleReturns) {
  const auto tag = std::string(later("/users").headers.get("ETag").value());

  EXPECT_EQ(atOnce("/nowhere").status, 404);
  EXPECT_EQ(atOnce("/users", {}, "DELETE").status, 405);
  EXPECT_EQ(atOnce("/users", {{"If-None-Match", tag}}).status, 304);
  EXPECT_EQ(atOnce("/users?page=2", {{"Cache-Control", "only-if-cached"}}).status, 504);
}

TEST_F(Asynchronous, HandlersRunOnTheWorkers) {
  EXPECT_EQ(later("/health").status, 200);
  EXPECT_EQ(status(later("/users", {{"Authorization", "x"}})),
            "larder; fwd=bypass; detail=\"authorization\"");
  EXPECT_EQ(status(later("/users", {}, "HEAD")), "larder; fwd=uri-miss; detail=\"head\"");
  EXPECT_EQ(status(later("/users")), "larder; fwd=uri-miss; stored");
  EXPECT_EQ(executions_, 4);
}

TEST_F(Asynchronous, ALifetimeShortenedByTheResponseIsReportedOncePerEndpoint) {
  std::vector<std::string> told;
  app_->onNotice([&told](std::string_view endpoint, std::string_view what) {
    told.push_back(std::string(endpoint) + ": " + std::string(what));
  });
  app_->get("/brief/{id}", counted({200, {{"Cache-Control", "max-age=5"}}, "[1]"}), larder::cache(30s));
  app_->get("/long", counted({200, {{"Cache-Control", "max-age=50"}}, "[1]"}), larder::cache(30s));

  for (const auto* path : {"/brief/1", "/brief/2", "/long"}) later(path);

  EXPECT_EQ(told, (std::vector<std::string>{
                      "GET /brief/{id}: the handler's own Cache-Control or Expires limited a response to 5s, "
                      "less than the policy says; ignoreResponse() turns that off"}));
}

TEST_F(Asynchronous, AClientThatForcesARecomputationWaitsForTheWorkers) {
  app_->get("/fresh", counted(), larder::cache(30s).honourClient());
  later("/fresh");

  EXPECT_EQ(status(later("/fresh", {{"Cache-Control", "no-cache"}})), "larder; fwd=request; stored");
  EXPECT_EQ(status(later("/fresh", {{"Cache-Control", "no-cache"}}, "HEAD")),
            "larder; fwd=request; detail=\"head\"");
  EXPECT_EQ(status(atOnce("/fresh", {{"Cache-Control", "no-cache, only-if-cached"}})), "larder; hit; ttl=30");
}

TEST_F(Asynchronous, ManyConcurrentMissesShareOneRunAndAreAnsweredOnceEach) {
  for (int i = 0; i < 200; ++i) ask("/users");
  workers_.runAll();

  EXPECT_EQ(executions_, 1);
  ASSERT_EQ(answers_.size(), 200u);
  for (const auto& answer : answers_) EXPECT_EQ(answer.content(), "[1]");
}

TEST_F(Asynchronous, FullWorkersCauseA503WithRetryAfterWhileHitsContinue) {
  later("/users");
  workers_.full = true;

  for (const auto* target : {"/health", "/users?page=2"}) {
    const auto refused = atOnce(target);
    EXPECT_EQ(refused.status, 503) << target;
    EXPECT_EQ(refused.headers.get("Retry-After"), "1") << target;
    EXPECT_NE(refused.body.find("/problems/overloaded"), std::string::npos) << target;
  }
  EXPECT_EQ(status(atOnce("/users")), "larder; hit; ttl=30");
  workers_.full = false;
  EXPECT_EQ(later("/users?page=2").status, 200);
}

TEST_F(Asynchronous, ALeaderRefusedByTheWorkersLeavesNoFollowerWaiting) {
  constexpr std::size_t many = 30'000;  // more than a stack has room for
  app_->get(
      "/fails",
      [this](const Request&) -> Response {
        workers_.full = true;
        throw std::runtime_error("no");
      },
      larder::cache(30s));
  for (std::size_t i = 0; i < many; ++i) ask("/fails");

  workers_.runAll();

  ASSERT_EQ(answers_.size(), many);
  EXPECT_EQ(
      std::count_if(answers_.begin(), answers_.end(), [](const auto& each) { return each.status == 503; }),
      static_cast<std::ptrdiff_t>(many - 1));
}

TEST_F(Asynchronous, AStaleResponseIsServedWhenTheWorkersAreFull) {
  app_->get("/prices", counted(), larder::cache(5s).staleIfError(60s));
  later("/prices");
  services_.advance(6s);
  workers_.full = true;

  EXPECT_EQ(status(atOnce("/prices")), "larder; hit; ttl=-1; detail=\"stale-if-error\"");
}

TEST_F(Asynchronous, AnExceptionOfAHandlerIsReportedAndA500) {
  std::vector<std::string> told;
  app_->onFault([&told](std::string_view endpoint, std::string_view what) {
    told.push_back(std::string(endpoint) + ": " + std::string(what));
  });
  const Handler number = [](const Request&) -> Response { throw 7; };
  const Handler error = [](const Request&) -> Response { throw std::runtime_error("password=secret"); };
  app_->get("/number", number);
  app_->get("/error", error, larder::cache(30s));

  EXPECT_EQ(later("/number").status, 500);
  const auto failed = later("/error");
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.body.find("secret"), std::string::npos);
  EXPECT_EQ(later("/error", {}, "HEAD").status, 500);
  EXPECT_EQ(told, (std::vector<std::string>{"GET /number: an exception that is no std::exception",
                                            "GET /error: password=secret", "GET /error: password=secret"}));
}

TEST_F(Asynchronous, AWriteIsAnsweredAfterItsInvalidation) {
  app_->post("/users", counted(Response::noContent()), larder::invalidates("users"));
  later("/users");

  EXPECT_EQ(later("/users", {}, "POST").status, 204);
  EXPECT_EQ(status(later("/users")), "larder; fwd=uri-miss; stored");
}
