// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <cstdint>

namespace larder::conformance {
namespace {

class Operations : public Conformance {
 protected:
  // A backend may check for undeclared opcodes and flags before it checks whether the operation is valid.
  static bool isRefusal(Status status) {
    constexpr auto all = LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS | LARDER_CAP_TTL | LARDER_CAP_CLEAR;
    return status == Status::invalid || (status == Status::unsupported && !hasCapability(all));
  }
};

TEST_F(Operations, PingIsAnswered) { EXPECT_EQ(perform(on(OpCode::ping, "")).status, Status::ok); }

TEST_F(Operations, GetOfAKeyThatWasNeverSetIsAMiss) { EXPECT_EQ(valueOf("k"), "<miss>"); }

TEST_F(Operations, GetReturnsWhatWasSet) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  EXPECT_EQ(valueOf("k"), "value");
}

TEST_F(Operations, GetAndSetReturnTheSameVersion) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const auto stored = set("k", "value");

  EXPECT_NE(stored.version, 0u);
  EXPECT_EQ(get("k").version, stored.version);
}

TEST_F(Operations, OverwritingChangesValueAndVersion) {
  const auto first = set("k", "old");

  const auto second = set("k", "new");

  EXPECT_EQ(second.status, Status::ok);
  if (hasCapability(LARDER_CAP_VERSIONS)) {
    EXPECT_NE(second.version, first.version);
  }
  EXPECT_EQ(valueOf("k"), "new");
}

TEST_F(Operations, SettingTheSameValueAgainChangesTheVersion) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const auto first = set("k", "value");

  EXPECT_NE(set("k", "value").version, first.version);
}

TEST_F(Operations, AKeySetAgainAfterItsDeletionHasANewVersion) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const auto first = set("k", "value");
  ASSERT_EQ(erase("k").status, Status::ok);

  EXPECT_NE(set("k", "value").version, first.version);
}

TEST_F(Operations, DeletedEntriesAreGone) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  EXPECT_EQ(erase("k").status, Status::ok);

  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(Operations, DeletingAMissingKeyIsAMiss) { EXPECT_EQ(erase("k").status, Status::miss); }

TEST_F(Operations, DeletingTwiceIsAMissTheSecondTime) {
  ASSERT_EQ(set("k", "value").status, Status::ok);
  ASSERT_EQ(erase("k").status, Status::ok);

  EXPECT_EQ(erase("k").status, Status::miss);
}

TEST_F(Operations, ExistsReportsWhetherThereIsALiveEntry) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  EXPECT_EQ(exists("k").status, Status::ok);
  EXPECT_EQ(exists("other").status, Status::miss);
}

TEST_F(Operations, AnUnknownFlagIsUnsupported) {
  EXPECT_EQ(set("k", "value", noExpiry, static_cast<OperationFlags>(1u << 31)).status, Status::unsupported);
  EXPECT_EQ(valueOf("k"), "<miss>");
}

TEST_F(Operations, AFlagOnAnOpcodeThatDoesNotTakeItIsInvalid) {
  for (const auto code :
       {OpCode::get, OpCode::touch, OpCode::exists, OpCode::ttl, OpCode::clearNamespace, OpCode::ping}) {
    auto operation = on(code, "k");
    operation.flags = OperationFlags::ifVersion;
    EXPECT_TRUE(isRefusal(perform(operation).status)) << "opcode " << static_cast<unsigned>(code);
  }
  auto conditional_delete = on(OpCode::erase, "k");
  conditional_delete.flags = OperationFlags::ifAbsent;
  EXPECT_TRUE(isRefusal(perform(conditional_delete).status));
}

// A plugin reports LARDER_STAT_UNKNOWN for counters that it does not maintain.
bool isKnown(std::uint64_t counter) { return counter != LARDER_STAT_UNKNOWN; }

TEST_F(Operations, StatsCountHitsMissesWritesAndDeletes) {
  const auto before = backend().stats();
  ASSERT_EQ(set("k", "value").status, Status::ok);
  ASSERT_EQ(valueOf("k"), "value");
  ASSERT_EQ(valueOf("k"), "value");
  ASSERT_EQ(valueOf("other"), "<miss>");
  ASSERT_EQ(erase("k").status, Status::ok);

  const auto after = backend().stats();

  struct Count {
    const char* name;
    std::uint64_t larder_stats::*counter;
    std::uint64_t expected;
  };
  int known = 0;
  for (const auto& [name, counter, expected] :
       {Count{"writes", &larder_stats::writes, 1}, Count{"hits", &larder_stats::hits, 2},
        Count{"misses", &larder_stats::misses, 1}, Count{"deletes", &larder_stats::deletes, 1}}) {
    if (!isKnown(after.*counter)) continue;
    EXPECT_EQ(after.*counter - before.*counter, expected) << name;
    ++known;
  }
  if (known == 0) GTEST_SKIP() << "the plugin does not count";
}

TEST_F(Operations, StatsCountFailedOperationsAsErrors) {
  const auto before = backend().stats();
  if (!isKnown(before.errors)) GTEST_SKIP() << "the plugin does not count";

  ASSERT_EQ(set("k", "value", 0ms).status, Status::invalid);

  EXPECT_GE(backend().stats().errors - before.errors, 1u);
}

TEST_F(Operations, AnIdleBackendHasNothingPending) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  const auto pending = backend().stats().pending;

  if (!isKnown(pending)) GTEST_SKIP() << "the plugin does not count";
  EXPECT_EQ(pending, 0u);
}

}  // namespace
}  // namespace larder::conformance
