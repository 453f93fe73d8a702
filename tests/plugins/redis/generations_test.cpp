// SPDX-License-Identifier: Apache-2.0
//
// CLEAR_NAMESPACE changes the generation, and every host must notice the change by itself.
#include "open_redis.hpp"

#include "servers/redis_server.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace larder::redis_test {
namespace {

class Generations : public ::testing::Test {
 protected:
  std::string ask(const std::string& command) { return redis_test::ask(server.port(), command); }

  servers::RedisServer server;
  OpenRedis here{server.url()};
  OpenRedis elsewhere{server.url()};
};

TEST_F(Generations, AClearOnAnotherHostIsSeenByTheNextGet) {
  ASSERT_EQ(here.set("k", "old"), Status::ok);
  ASSERT_EQ(here.valueOf("k"), "old");

  ASSERT_EQ(elsewhere.clear(), Status::ok);

  EXPECT_EQ(here.get("k").status, Status::miss);
}

TEST_F(Generations, AWriteAfterAClearOnAnotherHostIsSeenThere) {
  ASSERT_EQ(here.set("k", "old"), Status::ok);
  ASSERT_EQ(elsewhere.clear(), Status::ok);

  ASSERT_EQ(here.set("k", "new"), Status::ok);

  EXPECT_EQ(elsewhere.valueOf("k"), "new");
}

TEST_F(Generations, ARepeatedWriteLeavesNothingBehind) {
  ASSERT_EQ(here.set("k", "old"), Status::ok);
  const std::string oldKey = entryKey(server.port(), "other");
  ASSERT_EQ(elsewhere.clear(), Status::ok);

  ASSERT_EQ(here.set("other", "new"), Status::ok);

  EXPECT_EQ(storedUnder(server.port(), oldKey), std::nullopt);
}

TEST_F(Generations, ABatchDuringAClearOnAnotherHostKeepsItsOrder) {
  ASSERT_EQ(here.set("k", "old"), Status::ok);
  ASSERT_EQ(elsewhere.clear(), Status::ok);
  std::vector<std::string> values;
  for (int i = 0; i < 50; ++i) values.push_back(std::to_string(i));
  std::vector<Operation> writes(values.size());
  for (std::size_t i = 0; i < writes.size(); ++i) {
    writes[i].code = OpCode::set;
    writes[i].nameSpace = "ns";
    writes[i].key = "k";
    writes[i].value = values[i];
  }

  std::vector<Outcome> outcomes(writes.size());
  here.backend().perform(writes, outcomes, here.backend().in(std::chrono::seconds(5)));

  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.status, Status::ok) << outcome.error;
  EXPECT_EQ(here.valueOf("k"), "49");
}

TEST_F(Generations, ALostGenerationRestoresNoOldEntry) {
  ASSERT_EQ(here.set("k", "old"), Status::ok);

  ASSERT_EQ(ask(std::string("DEL ") + generationKey), ":1\r\n");

  EXPECT_EQ(here.get("k").status, Status::miss);
  EXPECT_EQ(here.set("k", "new"), Status::ok);
  EXPECT_EQ(elsewhere.valueOf("k"), "new");
}

TEST_F(Generations, ADamagedGenerationIsAnErrorUntilTheNamespaceIsCleared) {
  ASSERT_EQ(here.set("k", "old"), Status::ok);
  ASSERT_EQ(ask(std::string("SET ") + generationKey + " damaged"), "+OK\r\n");

  EXPECT_EQ(here.get("k").status, Status::protocol);

  EXPECT_EQ(here.clear(), Status::ok);
  EXPECT_EQ(here.get("k").status, Status::miss);
}

// In a batch of SET, SET and GET, the GET returns the second value or, after a clear, nothing.
TEST_F(Generations, ClearsOnAnotherHostNeverBringAnOlderWriteBack) {
  std::atomic<bool> done{false};
  std::thread clearing([&] {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(elsewhere.clear(), Status::ok);
    done = true;
  });

  std::array<Operation, 3> batch;
  for (Operation& operation : batch) operation.nameSpace = operation.key = "ns";
  batch[0].code = batch[1].code = OpCode::set;
  batch[0].value = "first";
  batch[1].value = "second";
  while (!done) {
    std::array<Outcome, 3> outcomes;
    here.backend().perform(batch, outcomes, here.backend().in(std::chrono::seconds(5)));
    // The namespace was cleared faster than the plugin could follow: it reports that, and stores nothing.
    if (outcomes[1].status == Status::unavailable) continue;
    EXPECT_EQ(outcomes[1].status, Status::ok) << outcomes[1].error;
    if (outcomes[2].status == Status::ok) {
      EXPECT_EQ(outcomes[2].value.view(), "second");
    }
  }
  clearing.join();
}

}  // namespace
}  // namespace larder::redis_test
