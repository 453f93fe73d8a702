// SPDX-License-Identifier: Apache-2.0
//
// The facts that a store reports about an entry without returning its value. Some may be unknown, but those
// reported must be correct.
#include "extension_fixture.hpp"

#include <cstdint>
#include <string>

namespace larder::conformance {
namespace {

class Introspection : public ExtensionTest {
 protected:
  Introspection() : ExtensionTest(LARDER_INTROSPECT) {}

  struct Facts {
    larder_status status;
    std::int64_t size;
    std::int64_t ttlMs;
    std::int64_t idleMs;
    std::uint64_t version;
  };

  Facts introspect(std::string_view key) const {
    RawOp op(LARDER_OP_INTROSPECT, space_, key);
    const auto status = op.perform(raw());
    const larder_op& told = op.op();
    return {status, told.result_number, told.result_ttl_ms, told.result_idle_ms, told.version};
  }
};

TEST_F(Introspection, OfAMissingEntryIsAMiss) {
  EXPECT_EQ(introspect("none").status, LARDER_MISS);

  ASSERT_EQ(rawSet("ended", "value", 20ms), LARDER_OK);
  sleep(40ms);
  EXPECT_EQ(introspect("ended").status, LARDER_MISS);
}

TEST_F(Introspection, ReportsTheSizeOfTheValueOrUnknown) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{300}}) {
    ASSERT_EQ(rawSet("k", std::string(size, 'x')), LARDER_OK);

    const auto facts = introspect("k");

    ASSERT_EQ(facts.status, LARDER_OK);
    EXPECT_TRUE(facts.size == LARDER_SIZE_UNKNOWN || facts.size == static_cast<std::int64_t>(size))
        << facts.size;
  }
}

TEST_F(Introspection, ReportsTheRemainingTtlOrUnknown) {
  ASSERT_EQ(rawSet("ending", "value", 10s), LARDER_OK);
  ASSERT_EQ(rawSet("lasting", "value"), LARDER_OK);

  const auto ending = introspect("ending").ttlMs;
  const auto lasting = introspect("lasting").ttlMs;

  EXPECT_TRUE(ending == LARDER_TTL_UNKNOWN || (ending > 5'000 && ending <= 10'001)) << ending;
  EXPECT_TRUE(lasting == LARDER_TTL_UNKNOWN || lasting == LARDER_TTL_NONE) << lasting;
}

TEST_F(Introspection, ReportsTheVersionThatGetReturnsOrNone) {
  ASSERT_EQ(rawSet("k", "value"), LARDER_OK);
  RawOp read(LARDER_OP_GET, space_, "k");
  ASSERT_EQ(read.perform(raw()), LARDER_OK);

  const auto version = introspect("k").version;

  EXPECT_TRUE(version == 0 || version == read.op().version) << version;
}

TEST_F(Introspection, DoesNotCountAsAUseOfTheEntry) {
  ASSERT_EQ(rawSet("k", "value"), LARDER_OK);
  if (introspect("k").idleMs == LARDER_IDLE_UNKNOWN) GTEST_SKIP() << "the store does not report idle times";
  sleep(30ms);

  const auto first = introspect("k").idleMs;
  const auto second = introspect("k").idleMs;

  EXPECT_GE(second, first) << "introspection reset the idle time";
}

TEST_F(Introspection, AReadResetsTheIdleTime) {
  ASSERT_EQ(rawSet("k", "value"), LARDER_OK);
  sleep(30ms);
  const auto before = introspect("k").idleMs;
  if (before == LARDER_IDLE_UNKNOWN) GTEST_SKIP() << "the store does not report idle times";

  ASSERT_EQ(rawValueOf("k"), "value");

  // A store that counts in seconds may report 0 both times.
  const auto after = introspect("k").idleMs;
  EXPECT_TRUE(before == 0 || after < before) << after << " ms after " << before << " ms";
}

TEST_F(Introspection, TakesNoFlags) {
  RawOp op(LARDER_OP_INTROSPECT, space_, "k");
  EXPECT_EQ(op.with(LARDER_IF_ABSENT).perform(raw()), LARDER_INVALID);
}

}  // namespace
}  // namespace larder::conformance
