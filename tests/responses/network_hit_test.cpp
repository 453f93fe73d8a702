// SPDX-License-Identifier: Apache-2.0
//
// A program that never blocks a thread: backends that answer later, and one thread that sends requests.
#include <larder/cache.hpp>
#include <larder/executor.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include <larder/http/app.hpp>
#include "engine/our_backends.hpp"
#include "unit/manual_executor.hpp"
#include "unit/open_backend.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

// A caller that waits for a silent backend is answered when the operation times out.
TEST(ProgramOfOneThread, SendsManyRequestsBeforeTheFirstTimesOut) {
  constexpr int many = 60;
  HostServices services;
  Cache cache(openBackend(LARDER_SILENT_PLUGIN, services), {.operationTimeout = 500ms});
  App app(cache);
  const Handler handler = [](const Request& request) { return Response::text(request.target); };
  app.get("/users", handler, larder::cache(30s).tag("users").staleWhileRevalidate(1s));
  app.get("/prices", handler, larder::cache(30s).honourClient().lockAcrossHosts(1s));
  RunLoop loop;
  std::atomic<int> answered{0};
  std::atomic<int> right{0};
  const auto ask = [&](std::string method, const std::string& target) {
    app.handle(Request::of(std::move(method), target), loop, [&, target](Response response) {
      if (response.status == 200 && response.content() == target) ++right;
      if (++answered == many) loop.stop();
    });
  };

  for (int i = 0; i < many; i += 3) {
    ask("GET", "/users?page=" + std::to_string(i % 5));
    ask("GET", "/prices?page=" + std::to_string(i));
    ask("HEAD", "/users");
  }

  EXPECT_EQ(answered, 0);
  loop.run();
  EXPECT_EQ(answered, many);
  EXPECT_EQ(right, many);
}

class NetworkHit : public ::testing::TestWithParam<tests::Kind> {};

INSTANTIATE_TEST_SUITE_P(Backends, NetworkHit, tests::ourBackends(), tests::nameOf);

TEST_P(NetworkHit, NeedsNoWorkerAndBlocksNoThread) {
  HostServices services;
  const auto opened = GetParam().open(services);
  Cache cache(opened.backend, {.operationTimeout = 20s});
  App app(cache);
  app.get(
      "/users", [](const Request&) { return Response::json("[1]"); }, larder::cache(1h).tag("users"));
  ASSERT_EQ(app.handle(Request::of("GET", "/users")).status, 200);
  ManualExecutor idle;
  constexpr int many = 50;
  std::counting_semaphore<> answered(0);
  std::vector<Response> answers(many);
  std::atomic<std::size_t> count{0};

  for (int i = 0; i < many; ++i) {
    const char* method = i % 2 == 0 ? "GET" : "HEAD";
    app.handle(Request::of(method, "/users"), idle, [&](Response response) {
      answers.at(count++) = std::move(response);
      answered.release();
    });
  }
  for (int i = 0; i < many; ++i) answered.acquire();

  EXPECT_EQ(idle.waiting(), 0u);
  for (const auto& answer : answers) {
    EXPECT_EQ(answer.content(), "[1]");
    EXPECT_TRUE(answer.headers.get("Cache-Status")->starts_with("larder; hit"));
  }
}
