// SPDX-License-Identifier: Apache-2.0
//
// Invalidations whose backend operations fail.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "unit/open_backend.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;

namespace {

// Counts how often threads other than the test's look at the clock: the retrier does so before it decides
// whether a retry is due.
class WatchedClock final : public Clock {
 public:
  std::chrono::nanoseconds monotonic() const override {
    if (std::this_thread::get_id() != test_) ++looks_;
    return clock_.monotonic();
  }
  std::chrono::milliseconds realtime() const override { return clock_.realtime(); }
  void advance(std::chrono::nanoseconds by) { clock_.advance(by); }
  int looks() const { return looks_; }

 private:
  const std::thread::id test_ = std::this_thread::get_id();
  conformance::ManualClock clock_;
  mutable std::atomic<int> looks_{0};
};

class WatchedServices final : public HostServices {
 public:
  const Clock& clock() const override { return clock_; }
  void advance(std::chrono::nanoseconds by) { clock_.advance(by); }
  int looks() const { return clock_.looks(); }

 private:
  WatchedClock clock_;
};

class FailedInvalidation : public ::testing::Test {
 protected:
  CacheResult get(std::string value, Cache* cache = nullptr) {
    return (cache == nullptr ? cache_ : *cache)
        .getOrCompute({.nameSpace = "test", .key = key_, .expire = 1h, .tags = tags_, .compute = [value] {
                         return Computed{.payload = value};
                       }});
  }
  void let(std::string_view fail) {
    backend_->perform({.code = OpCode::clearNamespace, .nameSpace = fail}, backend_->in(1s));
  }
  // Waits until the retrier has acted on the present time. A retry takes fewer than ten looks at the clock.
  bool retrierHasLooked() const {
    return tests::eventually([this, before = services_.looks()] { return services_.looks() >= before + 10; });
  }
  bool noneWaits() const { return cache_.state().invalidationsWaiting == 0; }

  const std::vector<std::string> tags_{"users"};
  const Key key_ = KeyBuilder().field("k").build();
  WatchedServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_FAULTY_PLUGIN, services_);
  Cache cache_{backend_, {.maxInvalidations = 2}};
};

}  // namespace

TEST_F(FailedInvalidation, OfATagLeavesNoOldHitOnThisHost) {
  get("old");
  let("fail:writes");
  EXPECT_EQ(cache_.invalidate(tags_), Status::unavailable);
  let("fail:none");

  const auto first = get("new");
  const auto second = get("newer");

  EXPECT_EQ(first.payload.bytes(), "new");
  EXPECT_EQ(first.storing, CacheResult::Storing::backendFailed);
  EXPECT_EQ(second.payload.bytes(), "newer") << "nothing is stored until the tag has its new stamp";
  EXPECT_EQ(cache_.state().invalidationsWaiting, 1u);
}

TEST_F(FailedInvalidation, OfAnEntryOrANamespaceLeavesNoOldHitOnThisHost) {
  get("old");
  let("fail:writes");
  EXPECT_EQ(cache_.erase("test", key_), Status::unavailable);
  EXPECT_EQ(get("erased").payload.bytes(), "erased");
  EXPECT_FALSE(cache_.find({.nameSpace = "test", .key = key_, .tags = tags_}));

  EXPECT_EQ(cache_.clear("test"), Status::unavailable);
  EXPECT_EQ(get("cleared").payload.bytes(), "cleared");
}

TEST_F(FailedInvalidation, DoesNotAffectEntriesThatItDoesNotCover) {
  get("old");
  let("fail:writes");
  cache_.invalidate(std::vector<std::string>{"orders"});

  EXPECT_EQ(get("new").source, Source::hit);
}

TEST_F(FailedInvalidation, IsRetriedUntilItSucceedsAndThenOtherHostsSeeIt) {
  Cache other(backend_, {});
  get("old");
  let("fail:writes");
  cache_.invalidate(tags_);
  EXPECT_EQ(get("x", &other).payload.bytes(), "old") << "the other host cannot know";
  services_.advance(100ms);
  ASSERT_TRUE(retrierHasLooked());
  EXPECT_FALSE(noneWaits()) << "the backend still fails";
  let("fail:none");
  services_.advance(200ms);

  ASSERT_TRUE(tests::eventually([this] { return noneWaits(); }));

  EXPECT_EQ(cache_.counters().invalidationsRetried, 1u);
  EXPECT_EQ(get("new", &other).payload.bytes(), "new");
  EXPECT_EQ(get("newer").source, Source::hit);
}

TEST_F(FailedInvalidation, IsRetriedOnlyAfterItsPause) {
  let("fail:writes");
  cache_.invalidate(tags_);
  let("fail:none");
  services_.advance(99ms);
  ASSERT_TRUE(retrierHasLooked());
  EXPECT_FALSE(noneWaits());

  services_.advance(1ms);

  EXPECT_TRUE(tests::eventually([this] { return noneWaits(); }));
}

TEST_F(FailedInvalidation, IsQueuedOnceHoweverOftenItFails) {
  let("fail:writes");
  for (int i = 0; i < 10; ++i) cache_.invalidate(tags_);

  EXPECT_EQ(cache_.state().invalidationsWaiting, 1u);
  EXPECT_EQ(cache_.counters().invalidationsLost, 0u);
}

TEST_F(FailedInvalidation, IsLostAndCountedWhenTheQueueIsFull) {
  let("fail:writes");
  for (const auto* tag : {"a", "b", "c"}) cache_.invalidate(std::vector<std::string>{tag});

  EXPECT_EQ(cache_.state().invalidationsWaiting, 2u);
  EXPECT_EQ(cache_.counters().invalidationsLost, 1u);
}

TEST_F(FailedInvalidation, BehindAnOpenCircuitIsRetriedOnceItCloses) {
  get("old");
  let("fail:all");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get("own").payload.bytes(), "own");
  ASSERT_EQ(cache_.state().circuit, CircuitState::open);
  EXPECT_EQ(cache_.invalidate(tags_), Status::unavailable);
  let("fail:none");
  EXPECT_EQ(get("own").payload.bytes(), "own") << "the circuit is still open";
  services_.advance(2s);

  ASSERT_TRUE(tests::eventually([this] { return noneWaits(); }));

  EXPECT_EQ(cache_.state().circuit, CircuitState::closed);
  EXPECT_EQ(get("new").payload.bytes(), "new");
  EXPECT_EQ(get("newer").source, Source::hit);
}

TEST_F(FailedInvalidation, LeavesTheBackendAloneWhileTheCircuitIsOpenAndCallersCompute) {
  let("fail:all");
  for (int i = 0; i < 5; ++i) get("own");
  const auto before = cache_.counters();

  EXPECT_EQ(get("own").storing, CacheResult::Storing::backendFailed);

  EXPECT_EQ(cache_.counters().circuitRefusals, before.circuitRefusals + 1);
  EXPECT_EQ(cache_.counters().circuitOpenings, 1u);
}

TEST_F(FailedInvalidation, IsRetriedOnceMoreAtTheEnd) {
  get("old");
  let("fail:writes");
  ASSERT_EQ(cache_.invalidate(tags_), Status::unavailable);
  let("fail:none");  // the clock stands still, so the retrier stays idle

  EXPECT_EQ(cache_.finishInvalidations(1s), std::vector<std::string>{});

  EXPECT_TRUE(noneWaits());
  EXPECT_EQ(cache_.counters().invalidationsRetried, 1u);
}

TEST_F(FailedInvalidation, ThatIsLostAtTheEndIsNamed) {
  get("old");
  let("fail:writes");
  ASSERT_EQ(cache_.invalidate(tags_), Status::unavailable);
  ASSERT_EQ(cache_.clear("test"), Status::unavailable);

  EXPECT_EQ(cache_.finishInvalidations(1s), (std::vector<std::string>{"tag users", "namespace larder:test"}));
}
