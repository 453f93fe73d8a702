// SPDX-License-Identifier: Apache-2.0
//
// Requests in flight when the App or its workers end.
#include <larder/worker_pool.hpp>

#include <atomic>
#include <future>
#include <semaphore>

#include "responses_fixture.hpp"
#include "unit/plugins/scripted_controls.hpp"
#include "waiting/waiting_call.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

class AppEnd : public Responses {
 protected:
  void SetUp() override {
    app_->get("/users", counted(), larder::cache(30s));
    app_->get("/health", counted());
  }
};

}  // namespace

TEST_F(AppEnd, ARequestStillWaitingForAHandlerIsAnswered503AndNoHandlerRuns) {
  ask("/health");
  ask("/users");
  ask("/users");
  ask("/users", {}, "HEAD");

  app_.reset();
  workers_.runAll();

  EXPECT_EQ(executions_, 0);
  ASSERT_EQ(answers_.size(), 4u);
  for (const auto& answer : answers_) EXPECT_EQ(answer.status, 503);
}

TEST_F(AppEnd, ARequestDroppedByTheWorkersIsAnswered503) {
  {
    ManualExecutor dropping;
    for (const auto* target : {"/health", "/users"}) {
      app_->handle(Request::of("GET", target), dropping,
                   [this](Response dropped) { answers_.push_back(std::move(dropped)); });
    }
    EXPECT_TRUE(answers_.empty());
  }

  ASSERT_EQ(answers_.size(), 2u);
  for (const auto& answer : answers_) EXPECT_EQ(answer.status, 503);
}

TEST_F(AppEnd, WaitsForRunningHandlers) {
  for (const auto* target : {"/plain", "/cached"}) {
    std::optional<App> app(std::in_place, cache_);
    std::binary_semaphore began(0);
    std::atomic<bool> finished{false};
    std::binary_semaphore go_on(0);
    std::promise<int> status;
    const Handler slow = [&](const Request&) {
      began.release();
      go_on.acquire();
      finished = true;
      return Response::text("done");
    };
    app->get("/plain", slow);
    app->get("/cached", slow, larder::cache(30s));
    WorkerPool pool("test-worker", 1, 8);
    app->handle(Request::of("GET", target), pool,
                [&](Response response) { status.set_value(response.status); });
    began.acquire();

    tests::WaitingCall end([&app] { app.reset(); });
    EXPECT_TRUE(end.waits()) << target;
    go_on.release();
    end.finish();

    EXPECT_TRUE(finished) << target;
    EXPECT_EQ(status.get_future().get(), 200) << target;
  }
}

TEST(AppEndDuringALookUp, TouchesNothingOfTheAppWhenTheBackendAnswers) {
  HostServices services;
  Cache cache(openBackend(LARDER_SCRIPTED_PLUGIN, services), {});
  auto& controls = tests::ScriptedControls::of(cache.backend());
  for (const auto* method : {"GET", "HEAD"}) {
    std::optional<App> app(std::in_place, cache);
    app->get(
        "/users",
        [](const Request&) {
          auto response = Response::text("hello");
          response.headers.set("Vary", "Accept-Language");  // so a hit takes two look-ups
          return response;
        },
        larder::cache(30s));
    ManualExecutor workers;
    std::vector<Response> answers;
    const auto ask = [&](const std::string& with) {
      auto request = Request::of(with, "/users");
      request.headers.set("Accept-Language", "de");
      app->handle(std::move(request), workers, [&](Response got) { answers.push_back(std::move(got)); });
      workers.runAll();
    };
    ask("GET");
    ask("GET");
    ASSERT_EQ(answers.size(), 2u);
    ASSERT_TRUE(answers[1].headers.get("Cache-Status")->starts_with("larder; hit"));

    controls.hold(OpCode::get);
    ask(method);
    ASSERT_TRUE(controls.awaitHeld(OpCode::get, 1));
    const auto trips = controls.roundTrips();
    app.reset();
    controls.release(OpCode::get);

    ASSERT_EQ(answers.size(), 3u);
    EXPECT_EQ(answers[2].status, 503) << method;
    EXPECT_EQ(controls.roundTrips(), trips) << method;
  }
}
