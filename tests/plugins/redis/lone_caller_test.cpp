// SPDX-License-Identifier: Apache-2.0
//
// A single blocking caller sends and receives on its own thread.
#include "open_redis.hpp"

#include "servers/redis_server.hpp"
#include "waiting/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace larder::redis_test {
namespace {

// Returns how often the plugin's thread of that name has gone to sleep.
long sleepsOf(const std::string& name) {
  const auto thread = tests::threadNamed(name);
  if (!thread) return -1;
  std::ifstream status("/proc/self/task/" + std::to_string(*thread) + "/status");
  constexpr std::string_view label = "voluntary_ctxt_switches:";
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(label)) return std::stol(line.substr(label.size()));
  return -1;
}

class LoneCaller : public ::testing::Test {
 protected:
  servers::RedisServer server;
  OpenRedis redis{server.url()};
};

TEST_F(LoneCaller, DoesNotWakeThePluginsThreadForEachOperation) {
  constexpr int operations = 2'000;
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  const long before = sleepsOf("larder-redis");
  ASSERT_GE(before, 0);

  for (int i = 0; i < operations; ++i) ASSERT_EQ(redis.valueOf("k"), "value");

  EXPECT_LT(sleepsOf("larder-redis") - before, operations / 2);
}

TEST_F(LoneCaller, NeverRunsTheCompletionOfAnotherOperation) {
  constexpr int operations = 500;
  ASSERT_EQ(redis.set("k", "value"), Status::ok);
  std::atomic<bool> stop{false};
  std::thread waiting([&] {
    while (!stop) EXPECT_EQ(redis.valueOf("k"), "value");
  });

  const Operation get{.code = OpCode::get, .nameSpace = "ns", .key = "k"};
  std::set<std::thread::id> completed;
  for (int i = 0; i < operations; ++i) {
    std::promise<std::thread::id> ran;
    redis.backend().start(std::span(&get, 1), redis.backend().in(std::chrono::seconds(5)),
                          [&ran](auto) { ran.set_value(std::this_thread::get_id()); });
    completed.insert(ran.get_future().get());
  }
  const auto caller = waiting.get_id();
  stop = true;
  waiting.join();

  EXPECT_FALSE(completed.contains(caller));
}

TEST_F(LoneCaller, IsJoinedByOthersWithoutMixingUpAnswers) {
  constexpr int callers = 8;
  constexpr int operations = 300;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller)
    threads.emplace_back([&, caller] {
      const std::string key = "k" + std::to_string(caller);
      for (int i = 0; i < operations; ++i) {
        const std::string value = key + "." + std::to_string(i);
        if (redis.set(key, value) != Status::ok || redis.valueOf(key) != value) ++wrong;
        // Pauses at times, so that the number of concurrent callers changes.
        if (i % callers == caller) std::this_thread::sleep_for(std::chrono::milliseconds(2));
      }
    });
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(wrong, 0);
}

TEST_F(LoneCaller, IsAnsweredByItsDeadlineIfTheServerHangs) {
  for (int i = 0; i < 10; ++i) ASSERT_EQ(redis.set("k", "value"), Status::ok);
  server.pause();

  const Operation get{.code = OpCode::get, .nameSpace = "ns", .key = "k"};
  const auto outcome = redis.backend().perform(get, redis.backend().in(std::chrono::milliseconds(50)));

  server.resume();
  EXPECT_EQ(outcome.status, Status::deadline);
}

TEST_F(LoneCaller, ReconnectsToAServerRestartedBetweenOperations) {
  for (int i = 0; i < 10; ++i) ASSERT_EQ(redis.set("k", "value"), Status::ok);
  ASSERT_TRUE(redis.health().await(Health::up));

  server.stop();
  EXPECT_TRUE(redis.health().await(Health::down));
  server.start();

  EXPECT_TRUE(redis.health().await(Health::up));
  EXPECT_EQ(redis.set("k", "value"), Status::ok);
}

}  // namespace
}  // namespace larder::redis_test
