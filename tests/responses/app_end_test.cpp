// SPDX-License-Identifier: Apache-2.0
//
// Requests that are under way when the App or the workers end.
#include <larder/worker_pool.hpp>

#include <atomic>
#include <semaphore>
#include <thread>

#include "responses_fixture.hpp"

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

TEST_F(AppEnd, WhoStillWaitsForAHandlerIsAnswered503AndNoHandlerRuns) {
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

TEST_F(AppEnd, WhatTheWorkersDropIsAnswered503) {
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

TEST_F(AppEnd, WaitsForTheHandlersThatRun) {
  for (const auto* target : {"/plain", "/cached"}) {
    std::optional<App> app(std::in_place, cache_);
    std::binary_semaphore began(0);
    std::atomic<bool> finished{false};
    std::atomic<int> status{0};
    const Handler slow = [&](const Request&) {
      began.release();
      std::this_thread::sleep_for(20ms);
      finished = true;
      return Response::text("done");
    };
    app->get("/plain", slow);
    app->get("/cached", slow, larder::cache(30s));
    WorkerPool pool("test-worker", 1, 8);
    app->handle(Request::of("GET", target), pool, [&](Response response) { status = response.status; });
    began.acquire();

    app.reset();

    EXPECT_TRUE(finished) << target;
    while (status == 0) std::this_thread::sleep_for(1ms);
    EXPECT_EQ(status, 200) << target;
  }
}
