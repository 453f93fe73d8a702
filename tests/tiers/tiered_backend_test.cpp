// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <larder/cache.hpp>
#include <larder/key.hpp>

#include <future>
#include <thread>

#include "conformance/manual_clock.hpp"
#include "open_tiers.hpp"
#include "waiting/eventually.hpp"

namespace larder::tiers_test {
namespace {

using namespace std::chrono_literals;
using tests::eventually;

// The store does not invalidate copies, and copies outlive any test.
const TierOptions kLongCopies{.l1Ttl = std::chrono::milliseconds(1h)};

Status setElsewhere(OpenTiers& tiers, std::string_view key, std::string_view value,
                    std::chrono::milliseconds ttl = noExpiry) {
  return tiers.l2()
      .perform({.code = OpCode::set, .nameSpace = "ns", .key = key, .value = value, .ttl = ttl},
               tiers.l2().in(5s))
      .status;
}

TEST(TieredBackend, AHitInL2IsServedFromL1NextTime) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(setElsewhere(tiers, "k", "v"), Status::ok);
  EXPECT_EQ(tiers.valueOf("k"), "v");
  const auto asked = tiers.store().operations.load();

  EXPECT_EQ(tiers.valueOf("k"), "v");

  EXPECT_EQ(tiers.store().operations, asked);
}

TEST(TieredBackend, AWriteGoesToBothTiers) {
  OpenTiers tiers(kLongCopies);

  ASSERT_EQ(tiers.set("k", "v"), Status::ok);

  const auto asked = tiers.store().operations.load();
  EXPECT_EQ(tiers.valueOf("k"), "v");
  EXPECT_EQ(tiers.store().operations, asked);
  EXPECT_EQ(tiers.l2().perform({.nameSpace = "ns", .key = "k"}, tiers.l2().in(5s)).value.view(), "v");
}

TEST(TieredBackend, ACopyLivesNoLongerThanL1Ttl) {
  conformance::ManualServices services;
  OpenTiers tiers({.l1Ttl = 30ms}, {}, &services);
  ASSERT_EQ(tiers.set("k", "old"), Status::ok);
  ASSERT_EQ(setElsewhere(tiers, "k", "new"), Status::ok);

  services.advance(30ms);

  EXPECT_EQ(tiers.valueOf("k"), "new");
}

TEST(TieredBackend, ACopyLivesNoLongerThanItsEntry) {
  conformance::ManualServices services;
  OpenTiers tiers(kLongCopies, {}, &services);
  ASSERT_EQ(setElsewhere(tiers, "promoted", "v", 50ms), Status::ok);
  ASSERT_EQ(tiers.set("written", "v", 50ms), Status::ok);
  tiers.get("promoted");

  services.advance(51ms);  // the store reports the remaining time rounded up

  EXPECT_EQ(tiers.get("promoted").status, Status::miss);
  EXPECT_EQ(tiers.get("written").status, Status::miss);
}

TEST(TieredBackend, ARemovalGoesToBothTiers) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "v"), Status::ok);

  EXPECT_EQ(tiers.erase("k"), Status::ok);

  EXPECT_EQ(tiers.get("k").status, Status::miss);
  EXPECT_EQ(tiers.erase("k"), Status::miss);
}

TEST(TieredBackend, AClearGoesToBothTiers) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "v"), Status::ok);

  EXPECT_EQ(tiers.clear(), Status::ok);

  EXPECT_EQ(tiers.get("k").status, Status::miss);
}

TEST(TieredBackend, CopiesAreServedWhileL2IsDown) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "v"), Status::ok);

  tiers.store().down = true;

  EXPECT_EQ(tiers.valueOf("k"), "v");
  EXPECT_EQ(tiers.get("other").status, Status::unavailable);
}

TEST(TieredBackend, L2IsNotAskedAfterConsecutiveFailures) {
  OpenTiers tiers({.l1Ttl = 1h, .circuit = {.failures = 3, .openFor = 1h}});
  ASSERT_EQ(tiers.set("copied", "v"), Status::ok);
  tiers.store().down = true;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(tiers.get("other").status, Status::unavailable);
  const auto asked = tiers.store().operations.load();

  EXPECT_EQ(tiers.get("other").status, Status::unavailable);

  EXPECT_EQ(tiers.store().operations, asked);
  EXPECT_EQ(tiers.valueOf("copied"), "v");
}

TEST(TieredBackend, AValueOverwrittenDuringAnOutageIsNotServedAfterIt) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "old"), Status::ok);
  tiers.store().down = true;
  EXPECT_EQ(tiers.set("k", "new"), Status::unavailable);
  EXPECT_TRUE(failed(tiers.get("k").status));

  tiers.store().down = false;

  EXPECT_EQ(tiers.get("k").status, Status::miss);
}

TEST(TieredBackend, AKeyRemovedDuringAnOutageIsRemovedFromL2Automatically) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "old"), Status::ok);
  tiers.store().down = true;
  EXPECT_EQ(tiers.erase("k"), Status::unavailable);

  tiers.store().down = false;

  EXPECT_TRUE(eventually([&] {
    return tiers.l2().perform({.nameSpace = "ns", .key = "k"}, tiers.l2().in(5s)).status == Status::miss;
  }));
}

TEST(TieredBackend, AWriteReportedAsFailedThatTookEffectIsNotServed) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "old"), Status::ok);
  tiers.store().faultPermille = 1000;

  EXPECT_TRUE(failed(tiers.set("k", "new")));

  tiers.store().faultPermille = 0;
  EXPECT_EQ(tiers.get("k").status, Status::miss);
}

TEST(TieredBackend, MoreFailuresThanAreRememberedClearTheNamespace) {
  OpenTiers tiers({.l1Ttl = 1h, .maxRepairs = 4});
  for (int i = 0; i < 10; ++i) ASSERT_EQ(tiers.set(std::to_string(i), "old"), Status::ok);
  tiers.store().down = true;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(failed(tiers.set(std::to_string(i), "new")));

  tiers.store().down = false;

  EXPECT_TRUE(eventually([&] { return tiers.get("0").status == Status::miss; }));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(tiers.get(std::to_string(i)).status, Status::miss) << i;
  EXPECT_EQ(tiers.set("0", "again"), Status::ok);
  EXPECT_EQ(tiers.valueOf("0"), "again");
}

TEST(TieredBackend, AFailedClearIsRetried) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "old"), Status::ok);
  tiers.store().down = true;
  EXPECT_EQ(tiers.clear(), Status::unavailable);
  EXPECT_TRUE(failed(tiers.get("k").status));

  tiers.store().down = false;

  EXPECT_TRUE(eventually([&] { return tiers.get("k").status == Status::miss; }));
}

// The read already holds the old value while the write begins and completes.
TEST(TieredBackend, AReadThatAWriteOvertookLeavesNoCopy) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(setElsewhere(tiers, "k", "old"), Status::ok);
  tiers.store().holdReads = true;
  auto reading = std::async(std::launch::async, [&] { return tiers.valueOf("k"); });
  ASSERT_TRUE(eventually([&] { return tiers.store().heldReads == 1; }));
  ASSERT_EQ(tiers.set("k", "new"), Status::ok);

  tiers.store().holdReads = false;
  EXPECT_EQ(reading.get(), "old");

  EXPECT_EQ(tiers.valueOf("k"), "new");
}

TEST(TieredBackend, AReadThatAClearOvertookLeavesNoCopy) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(setElsewhere(tiers, "k", "old"), Status::ok);
  tiers.store().holdReads = true;
  auto reading = std::async(std::launch::async, [&] { return tiers.valueOf("k"); });
  ASSERT_TRUE(eventually([&] { return tiers.store().heldReads == 1; }));
  ASSERT_EQ(tiers.clear(), Status::ok);

  tiers.store().holdReads = false;
  reading.get();

  EXPECT_EQ(tiers.get("k").status, Status::miss);
}

TEST(TieredBackend, AnAnnouncedChangeDropsTheCopyAndOneInProgress) {
  OpenTiers tiers(kLongCopies, {{"tells", {"true"}}});
  const auto* listener = tiers.store().listener.load();
  ASSERT_NE(listener, nullptr);
  ASSERT_EQ(tiers.set("k", "old"), Status::ok);
  ASSERT_EQ(setElsewhere(tiers, "k", "new"), Status::ok);
  ASSERT_EQ(tiers.valueOf("k"), "old");

  listener->changed(listener->user, {"ns", 2}, {"k", 1});

  EXPECT_EQ(tiers.valueOf("k"), "new");
}

TEST(TieredBackend, ALossDropsAllCopies) {
  OpenTiers tiers(kLongCopies, {{"tells", {"true"}}});
  const auto* listener = tiers.store().listener.load();
  ASSERT_NE(listener, nullptr);
  ASSERT_EQ(tiers.set("k", "old"), Status::ok);
  ASSERT_EQ(setElsewhere(tiers, "k", "new"), Status::ok);

  listener->lost(listener->user);

  EXPECT_EQ(tiers.valueOf("k"), "new");
}

TEST(TieredBackend, BothTiersCount) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("k", "v"), Status::ok);
  tiers.get("k");

  const auto stats = tierStats(tiers.backend());

  ASSERT_EQ(stats.size(), 2u);
  EXPECT_EQ(stats[0].first, "l1");
  EXPECT_EQ(stats[0].second.hits, 1u);
  EXPECT_EQ(stats[1].first, "l2");
  EXPECT_EQ(stats[1].second.writes, 1u);
  EXPECT_EQ(tiers.backend().stats().hits, 1u);
}

// Until the store reports the remaining ttl with a value, a miss costs a GET and a query for the ttl.
TEST(TieredBackend, AMissInL1QueriesTheTtlUnlessTheStoreReportsItWithTheValue) {
  OpenTiers tiers(kLongCopies);
  for (const auto* key : {"a", "b", "c"}) ASSERT_EQ(setElsewhere(tiers, key, "v"), Status::ok);
  auto& operations = tiers.store().operations;

  auto before = operations.load();
  tiers.get("a");
  EXPECT_EQ(operations - before, 2u);

  tiers.store().tellsTtl = 3'600'000;
  tiers.get("b");  // from here on, the store is known to report the ttl
  before = operations.load();
  tiers.get("c");
  EXPECT_EQ(operations - before, 1u);
  EXPECT_EQ(tiers.valueOf("c"), "v");
  EXPECT_EQ(operations - before, 1u) << "the first GET was copied";
}

TEST(TieredBackend, ACopyLivesNoLongerThanTheTtlReportedWithItsValue) {
  OpenTiers tiers(kLongCopies);
  tiers.store().tellsTtl = 20;
  ASSERT_EQ(setElsewhere(tiers, "k", "old"), Status::ok);
  ASSERT_EQ(tiers.valueOf("k"), "old");
  ASSERT_EQ(setElsewhere(tiers, "k", "new"), Status::ok);

  EXPECT_TRUE(eventually([&] { return tiers.valueOf("k") == "new"; }));
}

TEST(TieredBackend, ALocalReadIsServedEntirelyFromL1OrNotAtAll) {
  OpenTiers tiers(kLongCopies);
  ASSERT_EQ(tiers.set("a", "1"), Status::ok);
  ASSERT_EQ(tiers.set("b", "2"), Status::ok);
  const Operation operations[] = {{.nameSpace = "ns", .key = "a"}, {.nameSpace = "ns", .key = "b"}};
  const Operation half[] = {{.nameSpace = "ns", .key = "a"}, {.nameSpace = "ns", .key = "none"}};
  Outcome outcomes[2];
  tiers.store().down = true;

  ASSERT_TRUE(tiers.backend().performLocally(operations, outcomes));
  EXPECT_EQ(outcomes[0].value.view(), "1");
  EXPECT_EQ(outcomes[1].value.view(), "2");
  EXPECT_FALSE(tiers.backend().performLocally(half, outcomes));
  EXPECT_FALSE(tiers.l2().performLocally(operations, outcomes)) << "L2 does I/O";
}

TEST(TieredBackend, ACacheFindsFreshButNoInvalidatedEntriesInL1WithoutARoundTrip) {
  OpenTiers tiers(kLongCopies);
  std::atomic<int> round_trips{0};
  Cache cache(std::shared_ptr<Backend>(&tiers.backend(), [](Backend*) {}),
              {.onRoundTrip = [&](OpCode, std::chrono::nanoseconds) { ++round_trips; }});
  const std::vector<std::string> tags{"t"};
  const Key key = KeyBuilder().field("k").build();
  cache.getOrCompute({.nameSpace = "n", .key = key, .expire = 1h, .tags = tags, .compute = [] {
                        return Computed{.payload = "v"};
                      }});
  cache.find({.nameSpace = "n", .key = key, .tags = tags});  // fetches a copy of the tag's stamp
  const int before = round_trips;

  const auto hit = cache.findFresh({.nameSpace = "n", .key = key, .tags = tags});

  ASSERT_TRUE(hit);
  EXPECT_EQ(hit->payload.bytes(), "v");
  EXPECT_EQ(round_trips, before);
  ASSERT_EQ(cache.invalidate(tags), Status::ok);
  EXPECT_FALSE(cache.findFresh({.nameSpace = "n", .key = key, .tags = tags}));
}

TEST(TieredBackend, ABackendThatBlocksCannotBeL1) {
  HostServices services;
  const auto open = [&] {
    return Backend::open(PluginLibrary::load(LARDER_FLAKY_PLUGIN), "slow", {}, services);
  };

  EXPECT_THROW(openTiers("tiers", open(), open(), {}, services), SettingError);
}

// Four callers compute on a miss while another thread invalidates the tag. A value returned after an
// invalidation has returned was computed after the invalidation began.
TEST(TieredBackend, NoStaleValueIsServedAfterAnInvalidation) {
  OpenTiers tiers(kLongCopies);
  Cache cache(std::shared_ptr<Backend>(&tiers.backend(), [](Backend*) {}), {});
  std::atomic<int> version{0};
  const auto read = [&] {
    CacheRequest request;
    request.nameSpace = "ns";
    request.key = KeyBuilder().field("k").build();
    request.tags = {"tag"};
    request.expire = 1h;
    request.compute = [&version] { return Computed{.payload = std::to_string(version.load())}; };
    return std::stoi(std::string(cache.getOrCompute(std::move(request)).payload.bytes()));
  };
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      while (!stop) read();
    });

  const std::vector<std::string> tags{"tag"};
  int stale = 0;
  for (int round = 1; round <= 2'000; ++round) {
    version = round;
    ASSERT_EQ(cache.invalidate(tags), Status::ok);
    stale += read() < round;
  }
  stop = true;
  for (auto& reader : readers) reader.join();

  EXPECT_EQ(stale, 0);
}

}  // namespace
}  // namespace larder::tiers_test
