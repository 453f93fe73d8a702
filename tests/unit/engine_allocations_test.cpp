// SPDX-License-Identifier: Apache-2.0
//
// Counts the allocations of an engine call, and the memory that it leaves allocated.
#include <larder/cache.hpp>
#include <larder/cached.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "counted_allocations.hpp"
#include "open_backend.hpp"
#include "plugins/scripted_controls.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class OnThisThread final : public Executor {
 public:
  bool post(Task task) override {
    task();
    return true;
  }
  void postAfter(std::chrono::milliseconds, Task) override {}
};

template <class Work>
long allocationsOf(Work work) {
  const long before = allocationCount();
  work();
  return allocationCount() - before;
}

class EngineAllocations : public ::testing::Test {
 protected:
  // Counts those of one call, once the pools are warm.
  template <class Work>
  static long allocationsOfOne(Work work) {
    for (int i = 0; i < 20; ++i) work();
    constexpr int calls = 100;
    const long all = allocationsOf([&] {
      for (int i = 0; i < calls; ++i) work();
    });
    return (all + calls - 1) / calls;
  }

  HostServices services_;
  const Key key_ = KeyBuilder().field("k").build();
};

// The engine over a store that looks as if it did I/O.
class NetworkAllocations : public EngineAllocations {
 protected:
  CacheRequest request() {
    return {.nameSpace = "n", .key = key_, .expire = 1h, .compute = [this] {
              ++computations_;
              return Computed{.payload = "a value that is long enough for an allocation of its own"};
            }};
  }
  void getOrCompute() {
    cache_.getOrCompute(request(), executor_, [this](CacheResult) { ++answers_; });
  }
  // The allocations of the plugin for one operation, including the SDK's part in Backend.
  long ofBackend(const Operation& operation) {
    return allocationsOfOne(
        [&] { backend_->start(std::span(&operation, 1), backend_->in(10s), [](std::span<Outcome>) {}); });
  }

  tests::ScriptedControls& script() { return tests::ScriptedControls::of(*backend_); }

  explicit NetworkAllocations(const char* shared = "false")
      : backend_(openBackend(LARDER_SCRIPTED_PLUGIN, services_, {{"shared", {shared}}})) {}

  std::shared_ptr<Backend> backend_;
  OnThisThread executor_;
  Cache cache_{backend_, {}};
  int computations_ = 0;
  int answers_ = 0;
};

class SharedAllocations : public NetworkAllocations {
 protected:
  SharedAllocations() : NetworkAllocations("true") {}
};

}  // namespace

TEST_F(EngineAllocations, OfAnInMemoryHitWithThreeTagsOf64BytesAreZero) {
  Cache cache(openBackend(LARDER_LRU_PLUGIN, services_), {});
  const std::vector<std::string> tags{std::string(64, 'a'), std::string(64, 'b'), std::string(64, 'c')};
  cache.getOrCompute({.nameSpace = "n", .key = key_, .expire = 1h, .tags = tags, .compute = [] {
                        return Computed{.payload = "v"};
                      }});
  int hits = 0;

  EXPECT_EQ(allocationsOfOne(
                [&] { hits += cache.findFresh({.nameSpace = "n", .key = key_, .tags = tags}) ? 1 : 0; }),
            0);
  EXPECT_EQ(hits, 120);
}

TEST_F(EngineAllocations, OfAHitOfACachedFunctionAreThoseOfItsResult) {
  Cache cache(openBackend(LARDER_LRU_PLUGIN, services_), {});
  const auto length = cached(cache, "length", larder::cache(1h).tag("texts"),
                             [](const std::string& text) { return text.size(); });
  const auto twice = cached(cache, "twice", larder::cache(1h), [](std::string text) { return text + text; });
  const std::string text(40, 'x');

  EXPECT_EQ(allocationsOfOne([&] { length(text); }), 0);
  EXPECT_EQ(allocationsOfOne([&] { twice(text); }), 2) << "the argument, which is a copy, and the result";
}

TEST_F(NetworkAllocations, OfAHitAreAtMostFour) {
  getOrCompute();
  ASSERT_EQ(computations_, 1);
  const long of_backend = ofBackend({.code = OpCode::get, .nameSpace = "larder:n", .key = key_.stored()});

  EXPECT_LE(allocationsOfOne([&] { getOrCompute(); }) - of_backend, 4);
  EXPECT_EQ(computations_, 1);
}

TEST_F(NetworkAllocations, OfAMissAreAtMostTen) {
  const Operation erase{.code = OpCode::erase, .nameSpace = "larder:n", .key = key_.stored()};
  const auto forget = [&] {
    backend_->start(std::span(&erase, 1), backend_->in(10s), [](std::span<Outcome>) {});
  };
  const long of_backend =
      allocationsOfOne(forget) + ofBackend({.code = OpCode::get, .nameSpace = "larder:n", .key = "none"}) +
      ofBackend(
          {.code = OpCode::set, .nameSpace = "larder:n", .key = key_.stored(), .value = "v", .ttl = 1h});
  const long of_payload = 1;  // made by the test itself
  computations_ = 0;

  const long of_misses = allocationsOfOne([&] {
    forget();
    getOrCompute();
  });

  EXPECT_LE(of_misses - of_backend - of_payload, 10);
  EXPECT_EQ(computations_, 120);
}

// A miss on a store that other hosts write to also places a lease.
TEST_F(SharedAllocations, OfAMissAreAtMostTen) {
  const auto start = [&](std::initializer_list<Operation> operations) {
    backend_->start(std::span(operations.begin(), operations.size()), backend_->in(10s),
                    [](std::span<Outcome>) {});
  };
  const auto operation = [&](OpCode code, std::string_view value = {}, OperationFlags flags = {}) {
    return Operation{.code = code,
                     .flags = flags,
                     .nameSpace = "larder:n",
                     .key = key_.stored(),
                     .value = value,
                     .ttl = value.empty() ? 0h : 1h};
  };
  const long of_backend = allocationsOfOne([&] {
    start({operation(OpCode::erase)});
    start({operation(OpCode::get)});
    start({operation(OpCode::set, "lease", OperationFlags::ifAbsent), operation(OpCode::get)});
    start({operation(OpCode::set, "value")});
  });
  const long of_payload = 1;  // made by the test itself

  const long of_misses = allocationsOfOne([&] {
    start({operation(OpCode::erase)});
    getOrCompute();
  });

  EXPECT_LE(of_misses - of_backend - of_payload, 10);
  EXPECT_EQ(computations_, 120);
}

// Ten thousand calls that follow one another's flights while the store is slow.
TEST_F(NetworkAllocations, LeftAfterAllCallsAreOnlyTheBoundedPools) {
  const auto round = [&] {
    script().hold(OpCode::get);
    for (int i = 0; i < 250; ++i) getOrCompute();
    ASSERT_TRUE(script().awaitHeld(OpCode::get, 1));
    script().release(OpCode::get);
  };
  round();
  const long before = liveAllocations();

  for (int i = 0; i < 40; ++i) round();

  EXPECT_EQ(answers_, 41 * 250);
  EXPECT_LE(liveAllocations() - before, 300) << "more than the pools keep";
}
