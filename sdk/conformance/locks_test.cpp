// SPDX-License-Identifier: Apache-2.0
#include "extension_fixture.hpp"

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

class Locks : public ExtensionTest {
 protected:
  Locks() : ExtensionTest(LARDER_LOCK) {}

  larder_status lock(std::string_view key, std::string_view token, std::chrono::milliseconds ttl = 10s) {
    RawOp op(LARDER_OP_LOCK, space_, key, token);
    op.op().ttl_ms = ttl.count();
    return op.perform(raw());
  }
  larder_status unlock(std::string_view key, std::string_view token) {
    return RawOp(LARDER_OP_UNLOCK, space_, key, token).perform(raw());
  }
};

TEST_F(Locks, AreRefusedToOthersWhileHeld) {
  ASSERT_EQ(lock("l", "mine"), LARDER_OK);

  EXPECT_EQ(lock("l", "yours"), LARDER_NOT_STORED);
}

TEST_F(Locks, AreFreeOnceReleased) {
  ASSERT_EQ(lock("l", "mine"), LARDER_OK);
  ASSERT_EQ(unlock("l", "mine"), LARDER_OK);

  EXPECT_EQ(lock("l", "yours"), LARDER_OK);
}

TEST_F(Locks, CannotBeReleasedWithAnotherToken) {
  ASSERT_EQ(lock("l", "mine"), LARDER_OK);

  for (const auto* token : {"yours", "min", "mine ", "MINE"})
    EXPECT_EQ(unlock("l", token), LARDER_NOT_STORED) << token;

  EXPECT_EQ(lock("l", "yours"), LARDER_NOT_STORED);
}

TEST_F(Locks, ReleasingAFreeOneIsAMiss) {
  EXPECT_EQ(unlock("l", "mine"), LARDER_MISS);
  ASSERT_EQ(lock("l", "mine"), LARDER_OK);
  ASSERT_EQ(unlock("l", "mine"), LARDER_OK);

  EXPECT_EQ(unlock("l", "mine"), LARDER_MISS);
}

TEST_F(Locks, AreExtendedByTheTokenThatHoldsThem) {
  ASSERT_EQ(lock("l", "mine", 40ms), LARDER_OK);
  ASSERT_EQ(lock("l", "mine", 10s), LARDER_OK);

  sleep(80ms);

  EXPECT_EQ(lock("l", "yours"), LARDER_NOT_STORED);
}

TEST_F(Locks, AreFreeOnceExpired) {
  ASSERT_EQ(lock("l", "mine", 20ms), LARDER_OK);

  sleep(50ms);

  EXPECT_EQ(unlock("l", "mine"), LARDER_MISS);
  EXPECT_EQ(lock("l", "yours"), LARDER_OK);
}

TEST_F(Locks, AreNotEntries) {
  ASSERT_EQ(rawSet("k", "value"), LARDER_OK);
  ASSERT_EQ(lock("k", "mine"), LARDER_OK);

  EXPECT_EQ(rawValueOf("k"), "value");
  ASSERT_EQ(RawOp(LARDER_OP_DELETE, space_, "k").perform(raw()), LARDER_OK);
  EXPECT_EQ(lock("k", "yours"), LARDER_NOT_STORED);
  EXPECT_EQ(rawValueOf("k"), "<miss>");
  EXPECT_EQ(RawOp(LARDER_OP_EXISTS, space_, "k").perform(raw()), LARDER_MISS);
}

TEST_F(Locks, SurviveAClearOfTheNamespace) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  ASSERT_EQ(lock("l", "mine"), LARDER_OK);
  ASSERT_EQ(RawOp(LARDER_OP_CLEAR_NAMESPACE, space_, "").perform(raw()), LARDER_OK);

  EXPECT_EQ(lock("l", "yours"), LARDER_NOT_STORED);
  EXPECT_EQ(unlock("l", "mine"), LARDER_OK);
}

TEST_F(Locks, AreNotListedByAScan) {
  if (raw().extension(LARDER_SCAN) == nullptr) GTEST_SKIP() << "not declared: " << LARDER_SCAN;
  ASSERT_EQ(lock("l", "mine"), LARDER_OK);

  std::string cursor;
  for (int page = 0; page == 0 || !cursor.empty(); ++page) {
    ASSERT_LT(page, 100'000) << "a scan does not end";
    RawOp scan(LARDER_OP_SCAN, space_, "", cursor);
    scan.op().number = 10'000;
    ASSERT_EQ(scan.perform(raw()), LARDER_OK);
    const auto told = scan.value();
    std::uint32_t size = 0;
    ASSERT_GE(told.size(), sizeof size);
    std::memcpy(&size, told.data(), sizeof size);
    cursor = told.substr(sizeof size, size);
    ASSERT_EQ(told.size(), sizeof size + size) << "page " << page << " tells a key";
  }
}

TEST_F(Locks, AreNotTakenByAnExpiredOperation) {
  RawOp late(LARDER_OP_LOCK, space_, "l", "late");
  late.op().ttl_ms = 10'000;
  late.op().deadline_ns = 1;

  EXPECT_EQ(late.perform(raw()), LARDER_DEADLINE);

  EXPECT_EQ(lock("l", "mine"), LARDER_OK);
}

TEST_F(Locks, TheSameNameInAnotherNamespaceIsAnotherLock) {
  ASSERT_EQ(lock("l", "mine"), LARDER_OK);
  RawOp elsewhere(LARDER_OP_LOCK, space_ + "2", "l", "yours");
  elsewhere.op().ttl_ms = 10'000;

  EXPECT_EQ(elsewhere.perform(raw()), LARDER_OK);
}

TEST_F(Locks, NamesAndTokensMayContainAnyBytes) {
  const std::string bytes("\0\r\n\xff:{}*", 8);
  ASSERT_EQ(lock(bytes, bytes), LARDER_OK);

  EXPECT_EQ(lock(bytes, "yours"), LARDER_NOT_STORED);
  EXPECT_EQ(unlock(bytes, std::string("\0\r", 2)), LARDER_NOT_STORED);
  EXPECT_EQ(unlock(bytes, bytes), LARDER_OK);
}

TEST_F(Locks, ATokenHas1To64Bytes) {
  EXPECT_EQ(lock("l", ""), LARDER_INVALID);
  EXPECT_EQ(lock("l", std::string(65, 't')), LARDER_INVALID);
  EXPECT_EQ(unlock("l", ""), LARDER_INVALID);
  EXPECT_EQ(unlock("l", std::string(65, 't')), LARDER_INVALID);

  EXPECT_EQ(lock("l", std::string(64, 't')), LARDER_OK);
}

TEST_F(Locks, WithoutATtlAreInvalid) {
  for (const std::int64_t ttl : {LARDER_TTL_NONE, std::int64_t{0}, LARDER_TTL_MAX_MS + 1})
    EXPECT_EQ(lock("l", "mine", std::chrono::milliseconds(ttl)), LARDER_INVALID) << ttl;

  EXPECT_EQ(unlock("l", "mine"), LARDER_MISS);
}

TEST_F(Locks, FlagsAreInvalid) {
  for (const std::uint32_t opcode : {LARDER_OP_LOCK, LARDER_OP_UNLOCK}) {
    RawOp op(opcode, space_, "l", "mine");
    op.op().ttl_ms = 1000;
    EXPECT_EQ(op.with(LARDER_IF_ABSENT).perform(raw()), LARDER_INVALID) << opcode;
  }
}

TEST_F(Locks, AreHeldByOneThreadAtATime) {
  constexpr int thread_count = 8;
  std::atomic<int> holders{0};
  std::atomic<int> crowded{0};
  std::atomic<int> taken{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < thread_count; ++thread)
    threads.emplace_back([&, thread] {
      const auto token = std::to_string(thread);
      for (int round = 0; round < scaled(200); ++round) {
        if (lock("l", token) != LARDER_OK) continue;
        if (++holders != 1) ++crowded;
        ++taken;
        --holders;
        if (unlock("l", token) != LARDER_OK) ++crowded;
      }
    });
  threads.clear();

  EXPECT_EQ(crowded.load(), 0);
  EXPECT_GT(taken.load(), 0);
}

}  // namespace
}  // namespace larder::conformance
