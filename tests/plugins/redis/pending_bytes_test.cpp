// SPDX-License-Identifier: Apache-2.0
//
// The bound on the bytes of pending operations, max_pending_bytes.
#include "fake_node.hpp"
#include "open_redis.hpp"

#include "servers/redis_server.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <string>

namespace larder::redis_test {
namespace {

using namespace std::chrono_literals;

const BackendSettings atMostThousand{{"max_pending_bytes", {"1000"}}};

// Looks up two keys of 600 bytes in one call, so that both are pending at once.
std::array<Outcome, 2> lookUpTwo(OpenRedis& redis) {
  const std::string first(600, '1');
  const std::string second(600, '2');
  const std::array<Operation, 2> gets{Operation{.code = OpCode::get, .nameSpace = "ns", .key = first},
                                      Operation{.code = OpCode::get, .nameSpace = "ns", .key = second}};
  std::array<Outcome, 2> outcomes;
  redis.backend().perform(gets, outcomes, redis.backend().in(20s));
  return outcomes;
}

void expectTheSecondIsRefused(OpenRedis& redis) {
  const auto outcomes = lookUpTwo(redis);
  EXPECT_EQ(outcomes[0].status, Status::miss) << outcomes[0].error;
  EXPECT_EQ(outcomes[1].status, Status::overloaded) << outcomes[1].error;
}

TEST(PendingBytes, BeyondTheLimitAreRefusedUntilEarlierOperationsAreDone) {
  const servers::RedisServer server;
  OpenRedis redis(server.url(), atMostThousand);

  for (int i = 0; i < 3; ++i) expectTheSecondIsRefused(redis);
}

TEST(PendingBytes, OfASingleOperationMayExceedTheLimit) {
  const servers::RedisServer server;
  OpenRedis redis(server.url(), atMostThousand);
  const std::string large(5'000, 'x');

  for (int i = 0; i < 3; ++i) ASSERT_EQ(redis.set("k", large), Status::ok);

  EXPECT_EQ(redis.valueOf("k"), large);
}

TEST(PendingBytes, OfAClusterAreRefusedBeyondTheLimitUntilEarlierOperationsAreDone) {
  const FakeNode node;
  OpenRedis redis(node.url(), atMostThousand);

  for (int i = 0; i < 3; ++i) expectTheSecondIsRefused(redis);
}

}  // namespace
}  // namespace larder::redis_test
