// SPDX-License-Identifier: Apache-2.0
//
// The cost of a hit, from the bytes of the request to those of the response.
#include <gtest/gtest.h>
#include <larder/cache.hpp>
#include <larder/worker_pool.hpp>

#include <string>
#include <utility>

#include <larder/http/app.hpp>
#include "counted_allocations.hpp"
#include "http/connection.hpp"
#include "open_backend.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

struct AtOnce final : Responder {
  void respond(Response&& given) override { response = std::move(given); }
  Respond later() override {
    ++laterOnes;
    return [](const Response&) {};
  }
  Response response;
  int laterOnes = 0;
};

class HitOverHttp : public ::testing::Test {
 protected:
  void SetUp() override {
    app_.get(
        "/users", [](const Request&) { return Response::json(std::string(1500, 'x')); },
        cache(1h).tag("users"));
    auto first = Request::of("GET", "/users");
    first.headers.set("Host", "x");
    ASSERT_EQ(app_.handle(std::move(first)).outcome, CacheOutcome::miss);
    exchange();  // makes the connection allocate the memory that it keeps
  }

  CacheOutcome exchange() {
    connection_.receive(
        "GET /users HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nUser-Agent: test\r\n\r\n");
    AtOnce answer;
    app_.handle(std::move(*connection_.takeRequest()), workers_, answer);
    const auto outcome = answer.response.outcome;
    EXPECT_EQ(answer.laterOnes, 0);
    connection_.respond(std::move(answer.response));
    connection_.sent(connection_.output().size());
    return outcome;
  }

  HostServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_LRU_PLUGIN, services_);
  Cache cache_{backend_, {}};
  App app_{cache_};
  WorkerPool workers_{"test-worker", 1, 10};
  const std::string date_ = "now";
  Connection connection_{{}, "127.0.0.1", date_};
};

}  // namespace

// The key, the loan of the stored form, and the two fields specific to a hit.
TEST_F(HitOverHttp, AllocatesAtMostFourTimes) {
  const long before = allocationCount();
  for (int i = 0; i < 100; ++i) ASSERT_EQ(exchange(), CacheOutcome::hit);

  EXPECT_LE(allocationCount() - before, 400);
}
