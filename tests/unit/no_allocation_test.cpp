// SPDX-License-Identifier: Apache-2.0
//
// A hit through the SDK and an in-memory plugin allocates nothing. This is a separate program, because it
// replaces operator new for everything in it, including the plugin.
#include <larder/backend.hpp>
#include <larder/coroutine.hpp>

#include <gtest/gtest.h>

#include <array>

#include "counted_allocations.hpp"
#include "detached.hpp"
#include "open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;
using tests::Detached;

namespace {

class Hits : public ::testing::Test {
 protected:
  void SetUp() override { perform(OpCode::set); }

  Status perform(OpCode code, std::string_view key = "key") {
    return backend_
        ->perform({.code = code, .nameSpace = "n", .key = key, .value = "value", .ttl = 1h},
                  backend_->in(10s))
        .status;
  }
  template <class Work>
  static long allocationsOf(Work work) {
    const long before = allocationCount();
    for (int i = 0; i < 100; ++i) work();
    return allocationCount() - before;
  }

  HostServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_LRU_PLUGIN, services_);
};

}  // namespace

TEST_F(Hits, AreCountedHere) {
  // The plugin allocates the page of a scan on the heap, but entries in an arena.
  const Operation scan{.code = OpCode::scan, .nameSpace = "n", .number = 10};
  EXPECT_GE(allocationsOf([&] { backend_->perform(scan, backend_->in(10s)); }), 100)
      << "the plugin's allocations are not seen";
}

TEST_F(Hits, AllocateNothing) {
  EXPECT_EQ(allocationsOf([&] { perform(OpCode::get); }), 0);
  EXPECT_EQ(allocationsOf([&] { perform(OpCode::get, "none"); }), 0);
  EXPECT_EQ(allocationsOf([&] { perform(OpCode::exists); }), 0);
  EXPECT_EQ(allocationsOf([&] { perform(OpCode::touch); }), 0);
  EXPECT_EQ(allocationsOf([&] { perform(OpCode::ttl); }), 0);
}

TEST_F(Hits, AllocateNothingInABatch) {
  std::array<Operation, 32> operations;
  operations.fill({.code = OpCode::get, .nameSpace = "n", .key = "key"});
  std::array<Outcome, 32> outcomes;

  EXPECT_EQ(allocationsOf([&] { backend_->perform(operations, outcomes, backend_->in(10s)); }), 0);
  EXPECT_EQ(outcomes[31].value.view(), "value");
}

TEST_F(Hits, AllocateNothingWhenStartedWithACallback) {
  const Operation get{.code = OpCode::get, .nameSpace = "n", .key = "key"};
  bool hit = false;

  EXPECT_EQ(allocationsOf([&] {
              backend_->start(std::span(&get, 1), backend_->in(10s), [&hit](std::span<Outcome> outcomes) {
                hit = outcomes[0].status == Status::ok;
              });
            }),
            0);
  EXPECT_TRUE(hit);
}

TEST_F(Hits, AllocateNothingAndSuspendNothingWhenAwaited) {
  int hits = 0;
  long in_the_coroutine = 0;
  const auto look = [](Backend& backend, int& count, long& counted) -> Detached {
    const long before = allocationCount();
    for (int i = 0; i < 100; ++i) {
      const auto found =
          co_await async(backend, {.code = OpCode::get, .nameSpace = "n", .key = "key"}, backend.in(10s));
      if (found.status == Status::ok) ++count;
    }
    counted = allocationCount() - before;
  };

  look(*backend_, hits, in_the_coroutine);

  EXPECT_EQ(hits, 100) << "it went on within the call";
  EXPECT_EQ(in_the_coroutine, 0);
}
