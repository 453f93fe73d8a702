// SPDX-License-Identifier: Apache-2.0
#include "extension_fixture.hpp"

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();

class Atomic : public ExtensionTest {
 protected:
  Atomic() : ExtensionTest(LARDER_ATOMIC) {}

  struct Sum {
    larder_status status;
    std::int64_t number;
    std::uint64_t version;
  };

  Sum add(std::string_view key, std::int64_t amount, std::chrono::milliseconds ttl = noExpiry) {
    RawOp op(LARDER_OP_INCREMENT, space_, key);
    op.op().number = amount;
    op.op().ttl_ms = ttl.count();
    const auto status = op.perform(raw());
    return {status, op.op().result_number, op.op().version};
  }

  larder_status replace(std::string_view key, std::string_view expected, std::string_view value,
                        std::chrono::milliseconds ttl = noExpiry) {
    RawOp op(LARDER_OP_COMPARE_SET, space_, key, value);
    op.op().expected = {expected.data(), expected.size()};
    op.op().ttl_ms = ttl.count();
    return op.perform(raw());
  }
};

TEST_F(Atomic, AMissingNumberCountsAsZero) {
  const auto sum = add("n", 5);

  EXPECT_EQ(sum.status, LARDER_OK);
  EXPECT_EQ(sum.number, 5);
  EXPECT_EQ(rawValueOf("n"), "5");
}

TEST_F(Atomic, AnIncrementReturnsTheSum) {
  ASSERT_EQ(rawSet("n", "40"), LARDER_OK);

  EXPECT_EQ(add("n", 2).number, 42);
  EXPECT_EQ(add("n", -50).number, -8);
  EXPECT_EQ(add("n", 0).number, -8);

  EXPECT_EQ(rawValueOf("n"), "-8");
}

TEST_F(Atomic, TheWholeRangeOfAnInt64Works) {
  EXPECT_EQ(add("most", kMost).number, kMost);
  EXPECT_EQ(add("least", kLeast).number, kLeast);

  EXPECT_EQ(rawValueOf("most"), std::to_string(kMost));
  EXPECT_EQ(rawValueOf("least"), std::to_string(kLeast));
}

TEST_F(Atomic, NumbersAbove2To53AreExact) {
  ASSERT_EQ(add("n", (std::int64_t{1} << 53) + 1).number, (std::int64_t{1} << 53) + 1);

  EXPECT_EQ(add("n", 1).number, (std::int64_t{1} << 53) + 2);
}

TEST_F(Atomic, ASumBeyondTheRangeIsNotStored) {
  ASSERT_EQ(add("most", kMost).status, LARDER_OK);
  ASSERT_EQ(add("least", kLeast).status, LARDER_OK);

  EXPECT_EQ(add("most", 1).status, LARDER_NOT_STORED);
  EXPECT_EQ(add("least", -1).status, LARDER_NOT_STORED);

  EXPECT_EQ(rawValueOf("most"), std::to_string(kMost));
  EXPECT_EQ(rawValueOf("least"), std::to_string(kLeast));
}

TEST_F(Atomic, AValueThatIsNotANumberIsNotStored) {
  for (const std::string text : {"", "abc", "1x", " 1", "1 ", "1.5", "0x10", "9223372036854775808", "--1"}) {
    ASSERT_EQ(rawSet("n", text), LARDER_OK);

    EXPECT_EQ(add("n", 1).status, LARDER_NOT_STORED) << '"' << text << '"';

    EXPECT_EQ(rawValueOf("n"), text);
  }
}

TEST_F(Atomic, AnExistingNumberKeepsItsTtl) {
  ASSERT_EQ(rawSet("n", "1", 60ms), LARDER_OK);
  ASSERT_EQ(add("n", 1).status, LARDER_OK);

  sleep(100ms);

  EXPECT_EQ(rawValueOf("n"), "<miss>");
}

TEST_F(Atomic, ANewNumberGetsTheTtlOfTheOperation) {
  ASSERT_EQ(add("short", 1, 30ms).status, LARDER_OK);
  ASSERT_EQ(add("long", 1, 10s).status, LARDER_OK);

  sleep(60ms);

  EXPECT_EQ(rawValueOf("short"), "<miss>");
  EXPECT_EQ(rawValueOf("long"), "1");
}

TEST_F(Atomic, AnExpiredNumberCountsAsZero) {
  ASSERT_EQ(rawSet("n", "100", 20ms), LARDER_OK);
  sleep(50ms);

  EXPECT_EQ(add("n", 1).number, 1);
}

TEST_F(Atomic, IncrementsOfManyThreadsAreAllCounted) {
  constexpr int thread_count = 8;
  const int rounds = scaled(500);
  std::vector<std::jthread> threads;
  for (int i = 0; i < thread_count; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) add("n", 1);
    });
  threads.clear();

  EXPECT_EQ(rawValueOf("n"), std::to_string(thread_count * rounds));
}

TEST_F(Atomic, AnIncrementChangesTheVersion) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const auto first = add("n", 1);
  const auto second = add("n", 1);
  RawOp read(LARDER_OP_GET, space_, "n");
  ASSERT_EQ(read.perform(raw()), LARDER_OK);

  EXPECT_NE(first.version, 0u);
  EXPECT_NE(second.version, first.version);
  EXPECT_EQ(read.op().version, second.version);
}

TEST_F(Atomic, FlagsAndATtlOutOfRangeAreInvalid) {
  for (const std::uint32_t opcode : {LARDER_OP_INCREMENT, LARDER_OP_COMPARE_SET}) {
    EXPECT_EQ(RawOp(opcode, space_, "n").with(LARDER_IF_ABSENT).perform(raw()), LARDER_INVALID) << opcode;
    for (const std::int64_t ttl : {std::int64_t{0}, std::int64_t{-2}, LARDER_TTL_MAX_MS + 1}) {
      RawOp op(opcode, space_, "n", "1");
      op.op().ttl_ms = ttl;
      EXPECT_EQ(op.perform(raw()), LARDER_INVALID) << opcode << ", ttl " << ttl;
    }
  }
  EXPECT_EQ(rawValueOf("n"), "<miss>");
}

TEST_F(Atomic, CompareSetStoresOverTheExpectedValue) {
  ASSERT_EQ(rawSet("k", "old"), LARDER_OK);

  EXPECT_EQ(replace("k", "old", "new"), LARDER_OK);

  EXPECT_EQ(rawValueOf("k"), "new");
}

TEST_F(Atomic, CompareSetLeavesADifferentValue) {
  ASSERT_EQ(rawSet("k", "other"), LARDER_OK);

  for (const auto* expected : {"old", "othe", "other ", "", "OTHER"})
    EXPECT_EQ(replace("k", expected, "new"), LARDER_NOT_STORED) << expected;

  EXPECT_EQ(rawValueOf("k"), "other");
}

TEST_F(Atomic, CompareSetOfAMissingKeyIsAMiss) {
  EXPECT_EQ(replace("k", "", "new"), LARDER_MISS);

  EXPECT_EQ(rawValueOf("k"), "<miss>");
}

TEST_F(Atomic, CompareSetTakesAnyBytes) {
  const std::string bytes("\0\r\n\xff\"{}", 7);
  ASSERT_EQ(rawSet("k", bytes), LARDER_OK);

  EXPECT_EQ(replace("k", bytes, ""), LARDER_OK);
  EXPECT_EQ(rawValueOf("k"), "");
  EXPECT_EQ(replace("k", "", bytes), LARDER_OK);
  EXPECT_EQ(rawValueOf("k"), bytes);
}

TEST_F(Atomic, CompareSetSetsTheTtl) {
  auto ttl = 40ms;  // doubled where a busy machine needs longer from one operation to the next
  for (;; ttl *= 2) {
    ASSERT_EQ(rawSet("k", "old", ttl), LARDER_OK);
    if (replace("k", "old", "new") == LARDER_OK) break;
    ASSERT_LT(ttl, 5s) << "compare-set does not find the value";
  }
  ASSERT_EQ(rawSet("short", "old"), LARDER_OK);
  ASSERT_EQ(replace("short", "old", "new", 20ms), LARDER_OK);

  sleep(2 * ttl);

  EXPECT_EQ(rawValueOf("k"), "new");
  EXPECT_EQ(rawValueOf("short"), "<miss>");
}

TEST_F(Atomic, CompareSetHasExactlyOneWinnerAmong16Threads) {
  for (int round = 0; round < scaled(20); ++round) {
    ASSERT_EQ(rawSet("k", "start"), LARDER_OK);
    std::atomic<int> winners{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i)
      threads.emplace_back([&, i] {
        if (replace("k", "start", std::to_string(i)) == LARDER_OK) ++winners;
      });
    threads.clear();
    ASSERT_EQ(winners.load(), 1) << "round " << round;
  }
}

TEST_F(Atomic, CompareSetChangesTheVersion) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  ASSERT_EQ(rawSet("k", "old"), LARDER_OK);
  RawOp before(LARDER_OP_GET, space_, "k");
  ASSERT_EQ(before.perform(raw()), LARDER_OK);
  RawOp change(LARDER_OP_COMPARE_SET, space_, "k", "new");
  change.op().expected = {"old", 3};
  ASSERT_EQ(change.perform(raw()), LARDER_OK);
  RawOp after(LARDER_OP_GET, space_, "k");
  ASSERT_EQ(after.perform(raw()), LARDER_OK);

  EXPECT_NE(change.op().version, 0u);
  EXPECT_NE(change.op().version, before.op().version);
  EXPECT_EQ(after.op().version, change.op().version);
}

TEST_F(Atomic, ClearingANamespaceRemovesItsNumbers) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  ASSERT_EQ(add("n", 100).status, LARDER_OK);
  ASSERT_EQ(rawSet("k", "old"), LARDER_OK);
  ASSERT_EQ(RawOp(LARDER_OP_CLEAR_NAMESPACE, space_, "").perform(raw()), LARDER_OK);

  EXPECT_EQ(add("n", 1).number, 1);
  EXPECT_EQ(replace("k", "old", "new"), LARDER_MISS);
}

TEST_F(Atomic, OperationsOnOneKeyKeepTheirOrderInABatch) {
  for (int round = 0; round < scaled(20); ++round) {
    RawOp set(LARDER_OP_SET, space_, "n", "1");
    RawOp first(LARDER_OP_INCREMENT, space_, "n");
    RawOp change(LARDER_OP_COMPARE_SET, space_, "n", "10");
    RawOp second(LARDER_OP_INCREMENT, space_, "n");
    first.op().number = 1;
    change.op().expected = {"2", 1};
    second.op().number = 5;

    RawOp::startTogether(raw(), {&set, &first, &change, &second});

    ASSERT_EQ(set.wait(), LARDER_OK) << "round " << round;
    ASSERT_EQ(first.wait(), LARDER_OK) << "round " << round;
    ASSERT_EQ(change.wait(), LARDER_OK) << "round " << round;
    ASSERT_EQ(second.wait(), LARDER_OK) << "round " << round;
    ASSERT_EQ(first.op().result_number, 2) << "round " << round;
    ASSERT_EQ(second.op().result_number, 15) << "round " << round;
  }
}

TEST_F(Atomic, AnOperationWithoutACompletionIsFinalWhenSubmitReturns) {
  RawOp blocking(LARDER_OP_INCREMENT, space_, "n");
  blocking.op().number = 7;
  blocking.op().complete = nullptr;

  EXPECT_EQ(raw().submit(blocking.op()), LARDER_OK);

  EXPECT_EQ(blocking.op().result_number, 7);
}

TEST_F(Atomic, AnExpiredOperationChangesNothing) {
  ASSERT_EQ(rawSet("n", "1"), LARDER_OK);
  RawOp late(LARDER_OP_INCREMENT, space_, "n");
  late.op().number = 1;
  late.op().deadline_ns = 1;

  EXPECT_EQ(late.perform(raw()), LARDER_DEADLINE);

  EXPECT_EQ(rawValueOf("n"), "1");
}

TEST_F(Atomic, AKeyThatIsTooLongIsTooLarge) {
  const auto& table = raw().table();
  if (table.max_key_size > (std::uint64_t{1} << 24)) GTEST_SKIP() << "no key is too long";
  const std::string key(static_cast<std::size_t>(table.max_key_size) + 1, 'k');

  EXPECT_EQ(add(key, 1).status, LARDER_TOO_LARGE);
  EXPECT_EQ(replace(key, "old", "new"), LARDER_TOO_LARGE);
}

TEST_F(Atomic, AValueThatIsTooLargeIsTooLargeForCompareSet) {
  ASSERT_EQ(rawSet("k", "old"), LARDER_OK);
  const std::string value(static_cast<std::size_t>(raw().table().max_value_size) + 1, 'x');

  EXPECT_EQ(replace("k", "old", value), LARDER_TOO_LARGE);
}

}  // namespace
}  // namespace larder::conformance
