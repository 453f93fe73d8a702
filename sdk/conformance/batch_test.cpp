// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <deque>
#include <future>
#include <string>
#include <vector>

namespace larder::conformance {
namespace {

class Batches : public Conformance {
 protected:
  // Operations hold views, so the texts are kept here.
  std::string_view keep(std::string text) { return texts_.emplace_back(std::move(text)); }

  Operation setOf(std::string key, std::string value) {
    Operation operation = on(OpCode::set, keep(std::move(key)));
    operation.value = keep(std::move(value));
    return operation;
  }
  Operation getOf(std::string key) { return on(OpCode::get, keep(std::move(key))); }

  std::vector<Outcome> performAll(const std::vector<Operation>& operations) {
    std::vector<Outcome> outcomes(operations.size());
    backend().perform(operations, outcomes, soon());
    return outcomes;
  }

 private:
  std::deque<std::string> texts_;
};

class BatchesOfSize : public Batches, public ::testing::WithParamInterface<int> {};

TEST_P(BatchesOfSize, ReturnResultsInTheOrderOfTheOperations) {
  std::vector<Operation> sets;
  std::vector<Operation> gets;
  for (int i = 0; i < GetParam(); ++i) {
    sets.push_back(setOf("k" + std::to_string(i), "value " + std::to_string(i)));
    gets.push_back(getOf("k" + std::to_string(i)));
  }

  for (const auto& outcome : performAll(sets)) ASSERT_EQ(outcome.status, Status::ok);
  const auto read = performAll(gets);

  for (std::size_t i = 0; i < read.size(); ++i) ASSERT_EQ(shown(read[i]), "value " + std::to_string(i));
}

TEST_P(BatchesOfSize, KeepTheOrderOfWritesToOneKey) {
  std::vector<Operation> sets;
  for (int i = 0; i < GetParam(); ++i) sets.push_back(setOf("k", std::to_string(i)));

  for (const auto& outcome : performAll(sets)) ASSERT_EQ(outcome.status, Status::ok);

  EXPECT_EQ(valueOf("k"), std::to_string(GetParam() - 1));
}

INSTANTIATE_TEST_SUITE_P(Sizes, BatchesOfSize, ::testing::Values(1, 2, 17, 1000));

TEST_F(Batches, KeepTheOrderOfSetsAndDeletesOnOneKey) {
  std::vector<Operation> operations;
  for (int i = 0; i < 100; ++i) {
    operations.push_back(setOf("deleted last", "value"));
    operations.push_back(on(OpCode::erase, "deleted last"));
    operations.push_back(on(OpCode::erase, "set last"));
    operations.push_back(setOf("set last", "value"));
  }

  performAll(operations);

  EXPECT_EQ(valueOf("deleted last"), "<miss>");
  EXPECT_EQ(valueOf("set last"), "value");
}

TEST_F(Batches, ReportEachOperationSeparately) {
  ASSERT_EQ(set("present", "value").status, Status::ok);
  std::vector<Operation> operations = {getOf("present"), getOf("absent"), on(OpCode::exists, "absent"),
                                       setOf("bad", "value"), on(OpCode::erase, "absent")};
  operations[3].ttl = 0ms;

  const auto outcomes = performAll(operations);

  EXPECT_EQ(shown(outcomes[0]), "value");
  EXPECT_EQ(outcomes[1].status, Status::miss);
  EXPECT_EQ(outcomes[2].status, Status::miss);
  EXPECT_EQ(outcomes[3].status, Status::invalid);
  EXPECT_EQ(outcomes[4].status, Status::miss);
  EXPECT_EQ(valueOf("present"), "value");
}

TEST_F(Batches, MayContainTheSameKeyTwice) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  const auto outcomes = performAll({getOf("k"), getOf("k"), getOf("other"), getOf("k")});

  EXPECT_EQ(shown(outcomes[0]), "value");
  EXPECT_EQ(shown(outcomes[1]), "value");
  EXPECT_EQ(shown(outcomes[2]), "<miss>");
  EXPECT_EQ(shown(outcomes[3]), "value");
}

TEST_F(Batches, MayMixNamespacesAndValuesOfAllSizes) {
  const std::string large(200'000, 'x');
  std::vector<Operation> sets = {setOf("k", ""), setOf("k", large), setOf("k", "small")};
  const auto first = space_ + "1";
  const auto second = space_ + "2";
  sets[1].nameSpace = first;
  sets[2].nameSpace = second;
  for (const auto& outcome : performAll(sets)) ASSERT_EQ(outcome.status, Status::ok);

  std::vector<Operation> gets = {getOf("k"), getOf("k"), getOf("k")};
  gets[1].nameSpace = first;
  gets[2].nameSpace = second;
  const auto outcomes = performAll(gets);

  EXPECT_EQ(shown(outcomes[0]), "");
  EXPECT_TRUE(shown(outcomes[1]) == large);
  EXPECT_EQ(shown(outcomes[2]), "small");
}

TEST_F(Batches, StartedWithoutBlockingDeliverAllOutcomesAtOnce) {
  std::promise<std::vector<std::string>> delivered;
  ASSERT_EQ(set("a", "1").status, Status::ok);
  const std::vector<Operation> operations = {getOf("a"), getOf("b")};

  backend().start(operations, soon(), [&](std::span<Outcome> outcomes) {
    std::vector<std::string> answers;
    for (const auto& outcome : outcomes) answers.push_back(shown(outcome));
    delivered.set_value(std::move(answers));
  });

  EXPECT_EQ(delivered.get_future().get(), (std::vector<std::string>{"1", "<miss>"}));
}

}  // namespace
}  // namespace larder::conformance
