// SPDX-License-Identifier: Apache-2.0
#include <larder/worker_pool.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <larder/http/app.hpp>
#include "engine/our_backends.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kClients = 4;
constexpr std::size_t kRequests = 400;  // of each

Response byWay(const Request& request) {
  const auto way = request.queryParam("way").value_or("");
  if (way == "throws") throw std::runtime_error("no");
  auto response = Response::text(std::string(way));
  if (way == "private") response.headers.set("Cache-Control", "private");
  return response;
}

class Crowd : public ::testing::TestWithParam<tests::Kind> {};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Backends, Crowd, tests::ourBackends(), tests::nameOf);

TEST_P(Crowd, IsAnsweredOnceEachWhateverHappens) {
  HostServices services;
  const auto opened = GetParam().open(services);
  Cache cache(opened.backend, {.operationTimeout = 20s});
  std::array<std::atomic<int>, kClients * kRequests> answers{};
  std::atomic<std::size_t> answered{0};
  App app(cache);
  app.get("/cached", byWay, larder::cache(2ms).tag("all").staleWhileRevalidate(2ms).honourClient());
  app.get("/plain", byWay);
  app.post("/plain", byWay, invalidates("all"));
  {
    WorkerPool workers("test-worker", 3, 40);  // refuses now and then
    const auto client = [&](std::size_t number) {
      const std::array<const char*, 4> ways{"a", "b", "throws", "private"};
      for (std::size_t i = 0; i < kRequests; ++i) {
        const auto target = std::string(i % 7 == 0 ? "/plain" : "/cached") + "?way=" + ways[i % ways.size()];
        auto request = Request::of(i % 35 == 0 ? "POST" : i % 5 == 0 ? "HEAD" : "GET", target);
        if (i % 11 == 0) request.headers.set("Cache-Control", "no-cache");
        app.handle(std::move(request), workers, [&, index = number * kRequests + i](Response) {
          ++answers.at(index);
          ++answered;
        });
      }
    };
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < kClients; ++i) clients.emplace_back(client, i);
    for (auto& each : clients) each.join();
    EXPECT_TRUE(tests::eventually([&] { return answered == answers.size(); }));
  }

  for (std::size_t i = 0; i < answers.size(); ++i) EXPECT_EQ(answers[i], 1) << i;
}
