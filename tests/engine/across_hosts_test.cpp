// SPDX-License-Identifier: Apache-2.0
//
// Two hosts on one store: a read that begins after the other host's change was acknowledged sees the change,
// no matter which computations this host had already started. Each host is a separate Cache.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "unit/manual_executor.hpp"
#include "unit/open_backend.hpp"
#include "unit/plugins/scripted_controls.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;

namespace {

class AcrossHosts : public ::testing::Test {
 protected:
  using Answers = std::vector<std::string>;

  CacheRequest request(Compute compute = {}) {
    if (!compute)
      compute = [this] {
        ++computations_;
        return Computed{.payload = truth_};
      };
    return {.nameSpace = "test",
            .key = KeyBuilder().field("k").build(),
            .expire = 1h,
            .tags = {"t"},
            .compute = std::move(compute)};
  }
  void ask(Answers& answers, Compute compute = {}) {
    here_.getOrCompute(request(std::move(compute)), executor_,
                       [&answers](CacheResult result) { answers.emplace_back(result.payload.bytes()); });
  }
  void changeThere(std::string truth) {
    truth_ = std::move(truth);
    ASSERT_EQ(there_.invalidate({"t"}), Status::ok);
  }

  HostServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_SCRIPTED_PLUGIN, services_, {{"shared", {"true"}}});
  tests::ScriptedControls& store_ = tests::ScriptedControls::of(*backend_);
  Cache here_{backend_, {.operationTimeout = 60s}};
  Cache there_{backend_, {.operationTimeout = 60s}};
  ManualExecutor executor_;
  std::string truth_ = "old";
  int computations_ = 0;
};

}  // namespace

TEST_F(AcrossHosts, AReadAfterTheOthersChangeDoesNotGetTheOlderResultOfARunningComputation) {
  Answers before;
  Answers after;
  ask(before, [&] {
    auto seen = truth_;
    changeThere("new");
    ask(after);
    return Computed{.payload = std::move(seen)};
  });

  executor_.runAll();

  EXPECT_EQ(before, Answers{"old"});
  EXPECT_EQ(after, Answers{"new"});
}

TEST_F(AcrossHosts, AReadAfterTheOthersChangeDoesNotGetTheOlderResultOfASlowLookUp) {
  there_.getOrCompute(request());
  Answers before;
  Answers after;
  store_.holdAnswers(OpCode::get);
  ask(before);
  ASSERT_TRUE(store_.awaitHeld(OpCode::get, 2));
  changeThere("new");
  ask(after);

  store_.release(OpCode::get);
  executor_.runAll();

  EXPECT_EQ(before, Answers{"old"});
  EXPECT_EQ(after, Answers{"new"});
}

TEST_F(AcrossHosts, AReadAfterTheOthersChangeDoesNotGetAnEarlierStaleValue) {
  auto stored = request();
  stored.expire = 1ms;
  stored.renewal.staleIfError = 1h;
  there_.getOrCompute(stored);
  ASSERT_TRUE(tests::eventually([&] { return !here_.find(request()); }));
  Answers before;
  Answers after;
  stored.compute = [&]() -> Computed {
    changeThere("new");
    ask(after);
    throw std::runtime_error("the source fails");
  };
  here_.getOrCompute(stored, executor_,
                     [&](CacheResult result) { before.emplace_back(result.payload.bytes()); });

  executor_.runAll();

  EXPECT_EQ(before, Answers{"old"});
  EXPECT_EQ(after, Answers{"new"});
}

TEST_F(AcrossHosts, CallersTooLateForOneComputationShareTheNext) {
  Answers before;
  Answers after;
  ask(before, [&] {
    changeThere("new");
    for (int i = 0; i < 100; ++i) ask(after);
    return Computed{.payload = "old"};
  });

  executor_.runAll();

  EXPECT_EQ(after, Answers(100, "new"));
  EXPECT_EQ(computations_, 1);
}

TEST_F(AcrossHosts, WithoutAChangeCallersDuringAComputationFindItsValue) {
  Answers answers;
  ask(answers, [&] {
    for (int i = 0; i < 100; ++i) ask(answers);
    return Computed{.payload = "one"};
  });
  const auto before = store_.roundTrips();

  executor_.runAll();

  EXPECT_EQ(answers, Answers(101, "one"));
  EXPECT_EQ(computations_, 0);
  EXPECT_EQ(store_.roundTrips() - before, 2u) << "one to store the value, one look-up for all callers";
}

TEST_F(AcrossHosts, CallersBeforeAComputationBeginsShareItsFailure) {
  int failures = 0;
  const auto failing = [this]() -> Computed {
    ++computations_;
    throw std::runtime_error("the source fails");
  };
  for (int i = 0; i < 30; ++i)
    here_.getOrCompute(request(failing), executor_, [&](CacheResult result) {
      if (result.source == Source::failed) ++failures;
    });

  executor_.runAll();

  EXPECT_EQ(failures, 30);
  EXPECT_EQ(computations_, 2);
}

TEST_F(AcrossHosts, AValueFromBeforeTheOthersEraseIsNotStored) {
  const auto key = KeyBuilder().field("k").build();
  auto wanted = request([&] {
    auto seen = std::exchange(truth_, "new");
    EXPECT_EQ(there_.erase("test", key), Status::ok);
    return Computed{.payload = std::move(seen)};
  });
  wanted.tags = {};

  EXPECT_EQ(here_.getOrCompute(wanted).payload.bytes(), "old");

  wanted.compute = request().compute;
  EXPECT_EQ(there_.getOrCompute(wanted).payload.bytes(), "new");
}

TEST_F(AcrossHosts, AValueFromBeforeTheOthersClearIsNotStored) {
  auto wanted = request([&] {
    auto seen = std::exchange(truth_, "new");
    EXPECT_EQ(there_.clear("test"), Status::ok);
    return Computed{.payload = std::move(seen)};
  });
  wanted.tags = {};

  EXPECT_EQ(here_.getOrCompute(wanted).payload.bytes(), "old");

  wanted.compute = request().compute;
  EXPECT_EQ(there_.getOrCompute(wanted).payload.bytes(), "new");
}

TEST_F(AcrossHosts, AComputationFromBeforeTheOtherSetAValueIsNotStoredOverIt) {
  auto wanted = request([&] {
    auto set = request();
    EXPECT_EQ(there_.set(std::move(set), "theirs"), Status::ok);
    return Computed{.payload = "ours"};
  });

  EXPECT_EQ(here_.getOrCompute(wanted).payload.bytes(), "ours");

  EXPECT_EQ(here_.getOrCompute(request()).payload.bytes(), "theirs");
  EXPECT_EQ(computations_, 0);
}

TEST_F(AcrossHosts, AReplacementOfAnExpiredValueFromBeforeTheOthersEraseIsNotStored) {
  auto wanted = request();
  wanted.tags = {};
  wanted.expire = 1ms;
  wanted.renewal.staleIfError = 1h;
  there_.getOrCompute(wanted);
  ASSERT_TRUE(tests::eventually([&] { return !here_.find(wanted); }));
  wanted.expire = 1h;
  wanted.compute = [&] {
    auto seen = std::exchange(truth_, "new");
    EXPECT_EQ(there_.erase("test", wanted.key), Status::ok);
    return Computed{.payload = std::move(seen)};
  };

  EXPECT_EQ(here_.getOrCompute(wanted).payload.bytes(), "old");

  wanted.compute = request().compute;
  EXPECT_EQ(there_.getOrCompute(wanted).payload.bytes(), "new");
}

TEST_F(AcrossHosts, OfTwoConcurrentComputationsTheFirstToFinishIsStored) {
  auto wanted = request([&] {
    there_.getOrCompute(request([] { return Computed{.payload = "theirs"}; }));
    return Computed{.payload = "ours"};
  });

  EXPECT_EQ(here_.getOrCompute(wanted).payload.bytes(), "ours");

  EXPECT_EQ(here_.getOrCompute(request()).payload.bytes(), "theirs");
}

TEST_F(AcrossHosts, TheLeaseOfARunningComputationIsAMissAndInspectsAsAbsent) {
  auto finding = Inspection::Finding::fresh;
  here_.getOrCompute(request([&] {
    EXPECT_FALSE(there_.find(request()));
    finding = there_.inspect(request()).finding;
    return Computed{.payload = "one"};
  }));

  EXPECT_EQ(finding, Inspection::Finding::absent);
}

TEST_F(AcrossHosts, AMissTakesOneRoundTripMoreThanOnAStoreWithoutOtherHosts) {
  const auto alone = openBackend(LARDER_SCRIPTED_PLUGIN, services_);
  Cache cache(alone, {.operationTimeout = 60s});
  const auto before = store_.roundTrips();
  auto untagged = request();
  untagged.tags = {};

  here_.getOrCompute(untagged);
  cache.getOrCompute(untagged);

  EXPECT_EQ(store_.roundTrips() - before, tests::ScriptedControls::of(*alone).roundTrips() + 1);
}

TEST_F(AcrossHosts, AHitTakesOneRoundTrip) {
  there_.getOrCompute(request());
  const auto before = store_.roundTrips();

  EXPECT_EQ(here_.getOrCompute(request()).source, Source::hit);

  EXPECT_EQ(store_.roundTrips() - before, 1u);
}
