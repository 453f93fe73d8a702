// SPDX-License-Identifier: Apache-2.0
//
// Invalidations concurrent with look-ups and computations, on each built-in backend: a request that begins
// after an invalidation has returned gets no older value.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "engine/our_backends.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class InvalidationRace : public ::testing::TestWithParam<tests::Kind> {
 protected:
  // Returns the version of the truth that the computation saw.
  int get() {
    const auto result = cache_.getOrCompute(
        {.nameSpace = "race", .key = key_, .expire = 1h, .tags = tags_, .compute = [this] {
           ++begun_;
           auto seen = std::to_string(truth_.load());
           std::this_thread::yield();  // gives the truth time to change
           return Computed{.payload = std::move(seen)};
         }});
    return std::stoi(std::string(result.payload.bytes()));
  }

  void read() {
    while (!over_) {
      const int least = invalidated_;
      if (get() < least) ++stale_;
    }
  }

  Status invalidate(int round) {
    switch (round % 3) {
      case 0: return cache_.invalidate(tags_);
      case 1: return cache_.erase("race", key_);
      default: return cache_.clear("race");
    }
  }

  const std::vector<std::string> tags_{"t"};
  const Key key_ = KeyBuilder().field("k").build();
  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
  Cache cache_{opened_.backend, {.operationTimeout = 20s}};
  std::atomic<int> truth_{0};
  std::atomic<int> invalidated_{0};
  std::atomic<int> stale_{0};
  std::atomic<int> begun_{0};  // computations begun
  std::atomic<bool> over_{false};
};

}  // namespace

TEST_P(InvalidationRace, NothingFromBeforeAnInvalidationIsServedAfterIt) {
  constexpr int rounds = 10'000;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) readers.emplace_back([this] { read(); });

  int failures = 0;
  int begun = 0;
  for (int round = 1; round <= rounds; ++round) {
    while (begun_ == begun) std::this_thread::yield();  // makes the invalidation overlap a computation
    begun = begun_;
    truth_ = round;
    if (invalidate(round) != Status::ok) ++failures;
    invalidated_ = round;
  }
  over_ = true;
  for (auto& reader : readers) reader.join();

  EXPECT_EQ(stale_, 0);
  EXPECT_EQ(failures, 0);
}

INSTANTIATE_TEST_SUITE_P(Backends, InvalidationRace, tests::ourBackends(), tests::nameOf);
