// SPDX-License-Identifier: Apache-2.0
//
// Values of any type in a cache, by name.
#include <gtest/gtest.h>
#include <larder/cache.hpp>

#include <stdexcept>
#include <string>
#include <vector>

using namespace larder;
using namespace std::chrono_literals;

namespace {

struct User {
  int id = 0;
  std::string name;
  bool operator==(const User&) const = default;
};

class TypedValues : public testing::Test {
 protected:
  User load(int id) {
    ++loads_;
    return {id, "user " + std::to_string(id)};
  }

  Cache cache_ = Cache::open(LARDER_LRU_PLUGIN);
  int loads_ = 0;
};

}  // namespace

TEST_F(TypedValues, AreComputedOnceAndFoundByTheirNames) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(cache_.getOrCompute<User>("user:7", cache(30s), [this] { return load(7); }),
              (User{7, "user 7"}));

  EXPECT_EQ(loads_, 1);
  EXPECT_EQ(cache_.get<User>("user:7"), (User{7, "user 7"}));
  EXPECT_EQ(cache_.get<User>("user:8"), std::nullopt);
}

TEST_F(TypedValues, AreOfAnyTypeWithACodec) {
  EXPECT_EQ(cache_.getOrCompute<double>("pi", cache(30s), [] { return 3; }), 3.0);
  EXPECT_EQ(cache_.get<double>(std::string("pi")), 3.0);
  const std::vector<std::string> names{"a", "", "c"};
  EXPECT_EQ(cache_.getOrCompute<std::vector<std::string>>("names", cache(30s), [&] { return names; }), names);
  EXPECT_EQ(cache_.get<std::vector<std::string>>("names"), names);
}

TEST_F(TypedValues, MayHaveKeysOfSeveralFields) {
  const auto key = KeyBuilder().field("user").field("7").build();

  cache_.getOrCompute<int>(key, cache(30s), [] { return 1; });

  EXPECT_EQ(cache_.get<int>(key), 1);
  EXPECT_EQ(cache_.get<int>("user7"), std::nullopt);
}

TEST_F(TypedValues, AreRemovedByNameAndInvalidatedByTag) {
  const auto count = [this] {
    return cache_.getOrCompute<int>("n", cache(30s).tag("numbers"), [this] { return ++loads_; });
  };
  ASSERT_EQ(count(), 1);
  ASSERT_EQ(cache_.get<int>("n"), 1);

  EXPECT_EQ(cache_.erase("n"), Status::ok);
  EXPECT_EQ(cache_.get<int>("n"), std::nullopt);
  EXPECT_EQ(count(), 2);

  EXPECT_EQ(cache_.invalidate("numbers"), Status::ok);
  EXPECT_EQ(cache_.get<int>("n"), std::nullopt);
  EXPECT_EQ(count(), 3);

  EXPECT_EQ(cache_.clear(Cache::valueSpace), Status::ok);
  EXPECT_EQ(cache_.get<int>("n"), std::nullopt);
}

TEST_F(TypedValues, ThatAreSetReplaceTheStoredOnes) {
  cache_.getOrCompute<int>("n", cache(30s), [] { return 1; });

  EXPECT_EQ(cache_.set<int>("n", 2, cache(30s)), Status::ok);

  EXPECT_EQ(cache_.get<int>("n"), 2);
  EXPECT_EQ(cache_.getOrCompute<int>("n", cache(30s), [] { return 3; }), 2);
}

TEST_F(TypedValues, ThatAreSetAreInvalidatedByTheirTags) {
  ASSERT_EQ(cache_.set("n", 1, cache(30s).tag("numbers").tag("ones")), Status::ok);
  ASSERT_EQ(cache_.get<int>("n"), 1);

  EXPECT_EQ(cache_.invalidate("ones"), Status::ok);

  EXPECT_EQ(cache_.get<int>("n"), std::nullopt);
}

TEST_F(TypedValues, ThatAreSetDuringTheirComputationRemain) {
  cache_.getOrCompute<int>("n", cache(30s), [this] {
    EXPECT_EQ(cache_.set("n", 2, cache(30s)), Status::ok);
    return 1;
  });

  EXPECT_EQ(cache_.get<int>("n"), 2);
}

TEST_F(TypedValues, ThatAreSetButTooLargeLeaveTheStoredOne) {
  ASSERT_EQ(cache_.set<std::string>("k", "small", cache(30s)), Status::ok);

  EXPECT_EQ(cache_.set("k", std::string(2 << 20, 'x'), cache(30s)), Status::tooLarge);

  EXPECT_EQ(cache_.get<std::string>("k"), "small");
  EXPECT_EQ(cache_.counters().tooLarge, 1u);
}

TEST_F(TypedValues, OfAnotherTypeAreMissesAndRecomputed) {
  cache_.getOrCompute<std::string>("k", cache(30s), [] { return "a text that is no user"; });

  EXPECT_EQ(cache_.get<User>("k"), std::nullopt);
  EXPECT_EQ(cache_.getOrCompute<User>("k", cache(30s), [this] { return load(1); }), (User{1, "user 1"}));
}

TEST_F(TypedValues, PropagateExceptionsOfTheirComputation) {
  EXPECT_THROW(cache_.getOrCompute<int>("k", cache(30s),
                                        []() -> int { throw std::runtime_error("the database is gone"); }),
               std::runtime_error);

  EXPECT_EQ(cache_.get<int>("k"), std::nullopt);
}

TEST_F(TypedValues, WithBackgroundRefreshOwnTheirComputation) {
  const auto policy = cache(30s).staleWhileRevalidate(30s);
  const auto made = [this, &policy] {
    const std::string gone(100, 'x');
    return cache_.getOrCompute<std::string>("k", policy, [gone] { return gone; });
  }();

  EXPECT_EQ(made, std::string(100, 'x'));
  EXPECT_EQ(cache_.get<std::string>("k"), made);
}

TEST_F(TypedValues, RefuseAPolicyForResponses) {
  const auto one = [] { return 1; };

  EXPECT_THROW(cache_.getOrCompute<int>("k", cache(30s).varyByQuery("page"), one), std::invalid_argument);
  EXPECT_THROW(cache_.getOrCompute<int>("k", cache(30s).tag("user:{id}"), one), std::invalid_argument);
  EXPECT_THROW(cache_.set("k", 1, cache(30s).varyByQuery("page")), std::invalid_argument);
}
