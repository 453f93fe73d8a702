// SPDX-License-Identifier: Apache-2.0
#include <larder/extensions.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "open_backend.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

// Runs on lru, which has the extensions, and on a plugin with the same storage that declares none of them, so
// that the SDK builds them from conditions and versions. The results must be the same.
class Extended : public ::testing::TestWithParam<const char*> {
 protected:
  Deadline soon() const { return backend_->in(10s); }
  Outcome add(std::string_view key, std::int64_t delta, std::chrono::milliseconds ttl = noExpiry) {
    return increment(*backend_, "n", key, delta, ttl, soon());
  }
  Outcome set(std::string_view key, std::string_view value) {
    return backend_->perform({.code = OpCode::set, .nameSpace = "n", .key = key, .value = value}, soon());
  }
  std::string get(std::string_view key) {
    const auto found = backend_->perform({.code = OpCode::get, .nameSpace = "n", .key = key}, soon());
    return found.status == Status::ok ? std::string(found.value.view()) : std::string(toString(found.status));
  }
  std::chrono::milliseconds ttlOf(std::string_view key) {
    return backend_->perform({.code = OpCode::ttl, .nameSpace = "n", .key = key}, soon()).ttl;
  }
  Status take(std::string_view token, std::chrono::milliseconds ttl = 1h) {
    return acquireLock(*backend_, "n", "lock", token, ttl, soon()).status;
  }
  Status give(std::string_view token) { return releaseLock(*backend_, "n", "lock", token, soon()).status; }

  HostServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(GetParam(), services_);
};

INSTANTIATE_TEST_SUITE_P(By, Extended, ::testing::Values(LARDER_LRU_PLUGIN, LARDER_BARE_PLUGIN),
                         [](const auto& each) {
                           return each.index == 0 ? "thePluginItself" : "conditionsAndVersions";
                         });

}  // namespace

TEST_P(Extended, ACounterBeginsAtZeroAndAddsUp) {
  EXPECT_EQ(add("c", 5).number, 5);
  EXPECT_EQ(add("c", -7).number, -2);
  EXPECT_EQ(get("c"), "-2");
}

TEST_P(Extended, ACounterKeepsTheTimeToLiveItBeganWith) {
  add("c", 1, 1h);
  add("c", 1, 48h);

  EXPECT_LE(ttlOf("c"), 1h);
  EXPECT_GT(ttlOf("c"), 50min);
}

TEST_P(Extended, ANonNumericValueIsNotIncremented) {
  set("text", "seven");
  set("large", "9223372036854775807");

  EXPECT_EQ(add("text", 1).status, Status::notStored);
  EXPECT_EQ(add("large", 1).status, Status::notStored);
  EXPECT_EQ(get("large"), "9223372036854775807");
}

TEST_P(Extended, NoIncrementOfManyThreadsIsLost) {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([this] {
      for (int i = 0; i < 100; ++i) add("c", 1);
    });
  threads.clear();

  EXPECT_EQ(get("c"), "800");
}

TEST_P(Extended, CompareSetReplacesOnlyTheExpectedValue) {
  set("k", "old");

  EXPECT_EQ(compareSet(*backend_, "n", "k", "other", "new", noExpiry, soon()).status, Status::notStored);
  EXPECT_EQ(get("k"), "old");
  EXPECT_EQ(compareSet(*backend_, "n", "k", "old", "new", 1h, soon()).status, Status::ok);
  EXPECT_EQ(get("k"), "new");
  EXPECT_LE(ttlOf("k"), 1h);
  EXPECT_EQ(compareSet(*backend_, "n", "none", "", "new", noExpiry, soon()).status, Status::miss);
}

TEST_P(Extended, ALockHasOneHolder) {
  EXPECT_EQ(take("a"), Status::ok);
  EXPECT_EQ(take("b"), Status::notStored);
  EXPECT_EQ(take("a"), Status::ok) << "its holder extends it";
  EXPECT_EQ(give("b"), Status::notStored);
  EXPECT_EQ(give("a"), Status::ok);
  EXPECT_EQ(give("a"), Status::miss);
  EXPECT_EQ(take("b"), Status::ok);
}

TEST_P(Extended, ALockWhoseHolderIsGoneExpires) {
  take("a", 1ms);

  EXPECT_TRUE(tests::eventually([this] { return take("b") == Status::ok; }));
}

TEST_P(Extended, ALockDoesNotCollideWithAnEntryOfTheSameName) {
  set("lock", "value");

  EXPECT_EQ(take("a"), Status::ok);
  EXPECT_EQ(get("lock"), "value");
}

TEST_P(Extended, OnlyOneOfManyThreadsHoldsTheLockAtATime) {
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> taken{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, token = std::to_string(thread)] {
      for (int i = 0; i < 200; ++i) {
        if (take(token) != Status::ok) continue;
        most = std::max(most.load(), ++inside);
        ++taken;
        --inside;
        give(token);
      }
    });
  threads.clear();

  EXPECT_EQ(most, 1);
  EXPECT_GT(taken, 0);
}

TEST(Scan, ReturnsEveryKeyOfTheNamespaceWithThePrefix) {
  HostServices services;
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services);
  std::set<std::string> expected;
  for (int i = 0; i < 3000; ++i) {
    const auto key = "key" + std::to_string(i);
    backend->perform({.code = OpCode::set, .nameSpace = "n", .key = key, .value = "v"}, backend->in(10s));
    backend->perform({.code = OpCode::set, .nameSpace = "other", .key = key, .value = "v"}, backend->in(10s));
    if (key.starts_with("key2")) expected.insert(key);
  }

  std::set<std::string> told;
  std::string cursor;
  do {
    auto page = scan(*backend, "n", "key2", 100, cursor, backend->in(10s));
    ASSERT_EQ(page.status, Status::ok) << page.error;
    told.insert(page.keys.begin(), page.keys.end());
    cursor = std::move(page.cursor);
  } while (!cursor.empty());

  EXPECT_EQ(told, expected);
}

TEST(Scan, MissesNoKeyWhileTheTableGrows) {
  HostServices services;
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services, {{"shards", {"1"}}});
  const auto store = [&](int from, int to) {
    for (int i = from; i < to; ++i)
      backend->perform({.code = OpCode::set, .nameSpace = "n", .key = std::to_string(i), .value = "v"},
                       backend->in(10s));
  };
  store(0, 1000);
  std::set<std::string> told;
  std::string cursor;
  int next = 1000;
  do {
    auto page = scan(*backend, "n", "", 10, cursor, backend->in(10s));
    told.insert(page.keys.begin(), page.keys.end());
    cursor = std::move(page.cursor);
    if (next < 5000) store(next, next + 100);
    next += 100;
  } while (!cursor.empty());

  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(told.contains(std::to_string(i))) << i;
}

TEST(Scan, IsRefusedByNameIfThePluginLacksIt) {
  HostServices services;
  const auto backend = openBackend(LARDER_BARE_PLUGIN, services);

  const auto page = scan(*backend, "n", "", 10, "", backend->in(10s));

  EXPECT_EQ(page.status, Status::unsupported);
  EXPECT_EQ(page.error, "plugin bare has no larder.scan/1; choose another backend");
}

TEST(Invalidations, ReachTheListenerUntilItIsDestroyed) {
  HostServices services;
  const auto backend = openBackend(LARDER_TELLING_PLUGIN, services);
  std::vector<std::string> heard;
  const auto set = [&](std::string_view key) {
    backend->perform({.code = OpCode::set, .nameSpace = "n", .key = key, .value = "v"}, backend->in(10s));
  };
  {
    const auto feed = InvalidationFeed::open(
        *backend, {.changed = [&](auto space,
                                  auto key) { heard.push_back(std::string(space) + "/" + std::string(key)); },
                   .cleared = [&](auto space) { heard.push_back("cleared " + std::string(space)); },
                   .lost = [&] { heard.emplace_back("lost"); }});
    ASSERT_NE(feed, nullptr);
    set("a");
    backend->perform({.code = OpCode::clearNamespace, .nameSpace = "n"}, backend->in(10s));
  }
  set("b");

  EXPECT_EQ(heard, (std::vector<std::string>{"lost", "n/a", "cleared n"}));
}

TEST(Invalidations, AreNotAnnouncedByABackendWithoutThem) {
  HostServices services;
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services);

  EXPECT_EQ(InvalidationFeed::open(*backend, {}), nullptr);
}
