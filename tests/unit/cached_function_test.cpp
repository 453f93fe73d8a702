// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <larder/cached.hpp>

#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "conformance/manual_clock.hpp"
#include "open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class CachedFunctions : public ::testing::Test {
 protected:
  conformance::ManualServices services_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
  int calls_ = 0;
};

}  // namespace

TEST_F(CachedFunctions, RunOncePerArgumentsUntilTheyExpire) {
  const auto price =
      cached(cache_, "price", larder::cache(30s), [this](const std::string& sku, int quantity) {
        ++calls_;
        return static_cast<double>(sku.size()) * quantity;
      });

  EXPECT_EQ(price("ab", 3), 6.0);
  EXPECT_EQ(price("ab", 3), 6.0);
  EXPECT_EQ(price("abc", 3), 9.0);
  EXPECT_EQ(calls_, 2);

  services_.advance(30s);
  EXPECT_EQ(price("ab", 3), 6.0);
  EXPECT_EQ(calls_, 3);
}

TEST_F(CachedFunctions, CacheContainersOptionalsAndTuples) {
  using Shape =
      std::tuple<std::vector<std::string>, std::optional<int>, std::map<std::string, std::chrono::seconds>>;
  const auto shape =
      cached(cache_, "shape", larder::cache(30s), [this](std::optional<std::string> name) -> Shape {
        ++calls_;
        return {{name.value_or("none"), ""}, std::nullopt, {{"a", 5s}}};
      });

  const auto first = shape("x");

  EXPECT_EQ(shape("x"), first);
  EXPECT_EQ(calls_, 1);
  EXPECT_NE(shape(std::nullopt), first);
  EXPECT_NE(shape(""), shape(std::nullopt));
}

TEST_F(CachedFunctions, AreDistinguishedByName) {
  const auto one = cached(cache_, "one", larder::cache(30s), [](int) { return 1; });
  const auto two = cached(cache_, "two", larder::cache(30s), [](int) { return 2; });

  EXPECT_EQ(one(7), 1);
  EXPECT_EQ(two(7), 2);
}

TEST_F(CachedFunctions, PropagateTheFunctionsExceptionAndStoreNothing) {
  const auto failing = cached(cache_, "failing", larder::cache(30s), [this](int) -> int {
    if (++calls_ == 1) throw std::runtime_error("first time");
    return calls_;
  });

  EXPECT_THROW(failing(1), std::runtime_error);
  EXPECT_EQ(failing(1), 2);
}

TEST_F(CachedFunctions, DropOneResultOnErase) {
  const auto next = cached(cache_, "next", larder::cache(30s), [this](int) { return ++calls_; });
  next(1);

  EXPECT_EQ(next.erase(1), Status::ok);

  EXPECT_EQ(next(1), 2);
}

TEST_F(CachedFunctions, RefuseAPolicyForEndpoints) {
  EXPECT_THROW(cached(cache_, "f", larder::cache(30s).varyByHeader("Accept"), [](int) { return 1; }),
               std::invalid_argument);
  EXPECT_THROW(cached(cache_, "f", larder::cache(30s).statuses(404), [](int) { return 1; }),
               std::invalid_argument);
  EXPECT_THROW(cached(cache_, "f", larder::cache(30s).tag("user:{id}"), [](int) { return 1; }),
               std::invalid_argument);
  EXPECT_THROW(larder::cache(0s), std::invalid_argument);
}

TEST_F(CachedFunctions, WithOneNameAndDifferentTypesAreRefusedOnOneCache) {
  const auto one = cached(cache_, "f", larder::cache(30s), [](int) { return 1; });
  EXPECT_NO_THROW(cached(cache_, "f", larder::cache(30s), [](int) { return 2; }));

  EXPECT_THROW(cached(cache_, "f", larder::cache(30s), [](int) { return std::string("1"); }),
               std::invalid_argument);
  EXPECT_THROW(cached(cache_, "f", larder::cache(30s), [](std::string) { return 1; }), std::invalid_argument);
  EXPECT_EQ(one(7), 1);
}

TEST_F(CachedFunctions, MissAfterADeployThatChangedTheTypeInsteadOfMisreading) {
  struct Old {
    int amount;
    int discount;
  };
  struct New {
    int amount;
    unsigned stock;
  };
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services_);
  Cache before(backend, {});
  Cache after(backend, {});
  const auto old_price = cached(before, "price", larder::cache(30s), [](int) { return Old{5, 9}; });
  const auto new_price = cached(after, "price", larder::cache(30s), [](int) { return New{5, 1}; });
  old_price(1);

  EXPECT_EQ(new_price(1).stock, 1u);
  EXPECT_EQ(old_price(1).discount, 9) << "the old host continues to work beside the new one";
}

TEST_F(CachedFunctions, RecomputeUnreadableBytesOnceAndOverwriteThem) {
  const auto next = cached(cache_, "next", larder::cache(30s), [this](int) { return ++calls_; });
  std::string argument;
  ByteWriter to(argument);
  Codec<int>::write(to, 1);
  std::ostringstream types;
  types << std::hex << fingerprintOf<int, int>();
  const Key key = KeyBuilder().field("next").field(types.str()).field(argument).build();
  cache_.getOrCompute({.nameSpace = "functions", .key = key, .expire = 30s, .compute = [] {
                         return Computed{.payload = "?"};
                       }});

  EXPECT_EQ(next(1), 1);
  EXPECT_EQ(next(1), 1);
  EXPECT_EQ(calls_, 1);
  EXPECT_EQ(cache_.find({.nameSpace = "functions", .key = key})->payload.bytes().size(), 8u);
}
