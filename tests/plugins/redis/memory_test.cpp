// SPDX-License-Identifier: Apache-2.0
//
// A failed allocation anywhere in the plugin fails only the operations that it affects: each of them
// completes, the process survives, and the backend works as soon as memory is available again.
#include "open_redis.hpp"

#include "plugins/failing_allocations.hpp"

#include "servers/redis_cluster.hpp"
#include "servers/redis_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::redis_test {
namespace {

using namespace std::chrono_literals;

constexpr int mostAllocations = 80;

Operation operationOf(OpCode code, std::string_view key) {
  Operation operation;
  operation.code = code;
  operation.nameSpace = "a namespace of a length that no string keeps inside";
  operation.key = key;
  operation.value = "a value of a length that no string keeps inside, either";
  operation.ttl = 10min;
  operation.number = 100;
  return operation;
}

constexpr auto pluginThreads = "larder-redis";

class OutOfMemory : public ::testing::Test {
 protected:
  // The backend may be reconnecting for a moment.
  static void expectItWorks(Backend& backend, long n) {
    Outcome stored;
    const auto end = std::chrono::steady_clock::now() + 10s;
    do {
      stored = backend.perform(operationOf(OpCode::set, "after"), backend.in(2s));
    } while (failed(stored.status) && std::chrono::steady_clock::now() < end);
    ASSERT_EQ(stored.status, Status::ok) << n << ": " << stored.error;
    const auto found = backend.perform(operationOf(OpCode::get, "after"), backend.in(2s));
    ASSERT_EQ(found.status, Status::ok) << n;
    EXPECT_EQ(found.value.view(), operationOf(OpCode::get, "").value) << n;
  }

  servers::RedisServer server;
};

TEST_F(OutOfMemory, AtAnyAllocationFailsOnlyTheOperationsInFlight) {
  int reached = 0;
  for (long n = 1; n <= mostAllocations; ++n) {
    OpenRedis cache(server.url());
    auto& backend = cache.backend();

    reached += tests::runWithFailureAt(n, pluginThreads, [&] {
      for (const auto code : {OpCode::set, OpCode::get, OpCode::increment, OpCode::scan, OpCode::lock,
                              OpCode::erase, OpCode::clearNamespace, OpCode::ping})
        EXPECT_NE(backend.perform(operationOf(code, "k"), backend.in(2s)).status, Status::deadline)
            << n << ": operation " << static_cast<int>(code);
    });

    expectItWorks(backend, n);
  }
  EXPECT_GT(reached, 20) << "the injected failures did not reach the plugin";
}

TEST_F(OutOfMemory, WithinABatchEveryOperationStillCompletes) {
  constexpr std::size_t batchSize = 200;
  const std::vector<Operation> gets(batchSize, operationOf(OpCode::get, "k"));
  int reached = 0;
  for (long n = 1; n <= mostAllocations; ++n) {
    OpenRedis cache(server.url());
    auto& backend = cache.backend();
    ASSERT_EQ(cache.set("warm", "up"), Status::ok);
    std::vector<Outcome> outcomes(batchSize);

    reached +=
        tests::runWithFailureAt(n, pluginThreads, [&] { backend.perform(gets, outcomes, backend.in(5s)); });

    for (const auto& outcome : outcomes) ASSERT_NE(outcome.status, Status::deadline) << n;
    expectItWorks(backend, n);
  }
  EXPECT_GT(reached, 20) << "the injected failures did not reach the plugin";
}

TEST_F(OutOfMemory, WhileTheServerGoesDownOperationsCompleteAndTheBackendReconnects) {
  for (long n = 1; n <= 30; ++n) {
    OpenRedis cache(server.url());
    auto& backend = cache.backend();
    ASSERT_EQ(cache.set("warm", "up"), Status::ok);
    server.stop();
    Status status = Status::ok;

    tests::runWithFailureAt(n, pluginThreads, [&] {
      for (int i = 0; i < 3; ++i)
        status = backend.perform(operationOf(OpCode::set, "k"), backend.in(200ms)).status;
    });

    EXPECT_TRUE(failed(status)) << n;
    server.start();
    expectItWorks(backend, n);
  }
}

class ClusterOutOfMemory : public OutOfMemory {
 protected:
  // Runs `calls` with the n-th allocation of the plugin failing, which must not stop the backend from
  // working, nor from reporting that it does. `begin` runs before the failure.
  int runWithEachFailure(const std::function<void(Backend&)>& begin,
                         const std::function<void(Backend&, long)>& calls) {
    int reached = 0;
    for (long n = 1; n <= mostAllocations; ++n) {
      OpenRedis cache(cluster.url());
      begin(cache.backend());
      reached += tests::runWithFailureAt(n, threads, [&] { calls(cache.backend(), n); });
      expectItWorks(cache.backend(), n);
      EXPECT_TRUE(cache.health().await(Health::up)) << n;
    }
    return reached;
  }

  static void warmUp(Backend& backend) { expectItWorks(backend, 0); }

  static constexpr auto threads = "larder-";
  servers::RedisCluster cluster{{.masters = 3}};
};

TEST_F(ClusterOutOfMemory, WhileTheClusterIsLearnedTheBackendWorksSoonAfter) {
  const auto nothing = [](Backend&) {};

  const int reached = runWithEachFailure(nothing, [](Backend& backend, long n) {
    EXPECT_NE(backend.perform(operationOf(OpCode::get, "k"), backend.in(2s)).status, Status::deadline) << n;
  });

  EXPECT_GT(reached, 20) << "the injected failures did not reach the plugin";
}

TEST_F(ClusterOutOfMemory, AtAnyAllocationFailsOnlyTheOperationsInFlight) {
  const int reached = runWithEachFailure(warmUp, [](Backend& backend, long n) {
    for (const auto code : {OpCode::set, OpCode::get, OpCode::increment, OpCode::scan, OpCode::lock,
                            OpCode::erase, OpCode::clearNamespace, OpCode::ping})
      EXPECT_NE(backend.perform(operationOf(code, "k"), backend.in(2s)).status, Status::deadline)
          << n << ": operation " << static_cast<int>(code);
  });

  EXPECT_GT(reached, 20) << "the injected failures did not reach the plugin";
}

TEST_F(ClusterOutOfMemory, WithinABatchEveryOperationStillCompletes) {
  constexpr std::size_t batchSize = 100;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < batchSize; ++i) keys.push_back("k" + std::to_string(i));
  std::vector<Operation> gets;
  for (const auto& key : keys) gets.push_back(operationOf(OpCode::get, key));

  const int reached = runWithEachFailure(warmUp, [&](Backend& backend, long n) {
    std::vector<Outcome> outcomes(batchSize);
    backend.perform(gets, outcomes, backend.in(5s));
    for (const auto& outcome : outcomes) ASSERT_NE(outcome.status, Status::deadline) << n;
  });

  EXPECT_GT(reached, 20) << "the injected failures did not reach the plugin";
}

}  // namespace
}  // namespace larder::redis_test
