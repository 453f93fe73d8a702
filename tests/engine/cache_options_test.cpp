// SPDX-License-Identifier: Apache-2.0
//
// Invalid options and requests are refused at the call, and never count as failures of the backend.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "unit/open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class CacheOptionsAreChecked : public ::testing::Test {
 protected:
  void expectRefused(const CacheOptions& options) {
    EXPECT_THROW(Cache(backend_, options), std::invalid_argument);
  }
  void expectRefused(std::chrono::milliseconds expire, const Renewal& renewal = {},
                     std::chrono::milliseconds lock = 0ms) {
    const auto ask = [&] {
      cache_.getOrCompute({.nameSpace = "test",
                           .key = Key(),
                           .expire = expire,
                           .renewal = renewal,
                           .lockAcrossHosts = lock,
                           .compute = [] { return Computed{.payload = "v"}; }});
    };
    EXPECT_THROW(ask(), std::invalid_argument);
  }

  conformance::ManualServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_LRU_PLUGIN, services_);
  Cache cache_{backend_, {}};
};

}  // namespace

TEST_F(CacheOptionsAreChecked, AtConstruction) {
  expectRefused(CacheOptions{.prefix = ""});
  expectRefused(CacheOptions{.operationTimeout = 0ms});
  expectRefused(CacheOptions{.operationTimeout = -1ms});
  expectRefused(CacheOptions{.flightWait = 0ms});
  expectRefused(CacheOptions{.hitForMiss = -1ms});
  expectRefused(CacheOptions{.maxPayload = 0});
  expectRefused(CacheOptions{.refreshThreads = 0});
  expectRefused(CacheOptions{.maxRefreshes = 0});
  expectRefused(CacheOptions{.maxInvalidations = 0});
  expectRefused(CacheOptions{.circuit = {.failures = 0}});
  expectRefused(CacheOptions{.circuit = {.openFor = -1ms}});
}

TEST_F(CacheOptionsAreChecked, OnEachRequest) {
  expectRefused(0ms);
  expectRefused(-1ms);
  expectRefused(30s, {.staleIfError = -1ms});
  expectRefused(30s, {.eagerRefresh = 1});
  expectRefused(30s, {.jitter = -0.1});
  expectRefused(30s, {}, -1ms);
  EXPECT_THROW(cache_.getOrComputeMany({.nameSpace = "test", .keys = {Key()}}), std::invalid_argument);

  EXPECT_EQ(cache_.counters().writeFailures, 0u);
  EXPECT_EQ(cache_.counters().computations, 0u);
}

namespace {

class OutdatedEntriesAreTold : public ::testing::Test {
 protected:
  CacheResult ask(const std::string& key, const std::vector<std::string>& tags,
                  const std::vector<std::string>& added = {}) {
    return cache_.getOrCompute({.nameSpace = "test",
                                .key = Key(key),
                                .expire = 30s,
                                .tags = tags,
                                .addsTags = !added.empty(),
                                .compute = [&] { return Computed{.payload = "v", .tags = added}; }});
  }

  conformance::ManualServices services_;
  std::vector<std::string> told_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_),
               {.onOutdated = [this](std::string_view tag) { told_.emplace_back(tag); }}};
};

}  // namespace

TEST_F(OutdatedEntriesAreTold, OncePerMissWithTheTagThatCausedIt) {
  ask("a", {"users", "user:1"});
  cache_.invalidate("user:1");

  ask("a", {"users", "user:1"});
  ask("a", {"users", "user:1"});

  EXPECT_EQ(told_, std::vector<std::string>{"user:1"});
}

TEST_F(OutdatedEntriesAreTold, ForATagAddedByTheComputation) {
  ask("a", {}, {"added"});
  cache_.invalidate("added");

  ask("a", {}, {"added"});

  EXPECT_EQ(told_, std::vector<std::string>{"added"});
}

TEST_F(OutdatedEntriesAreTold, ByALookUpThatComputesNothing) {
  ask("a", {"users"});
  cache_.invalidate("users");

  EXPECT_FALSE(cache_.find({.nameSpace = "test", .key = Key("a"), .tags = {"users"}}));

  EXPECT_EQ(told_, std::vector<std::string>{"users"});
}

TEST_F(OutdatedEntriesAreTold, ButExpiredAndAbsentEntriesAreNot) {
  ask("a", {"users"});
  services_.advance(31s);
  ask("a", {"users"});
  ask("b", {"users"});
  cache_.erase("test", Key("b"));
  ask("b", {"users"});

  EXPECT_EQ(told_, std::vector<std::string>{});
}
