// SPDX-License-Identifier: Apache-2.0
//
// Which writes an invalidation waits for. Two requests of one host may use two connections, so the
// first one sent may arrive last. Writes in flight when an invalidation begins or ends must therefore
// complete before it returns, or they would undo the next change.
#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "unit/open_backend.hpp"
#include "unit/plugins/scripted_controls.hpp"
#include "waiting/waiting_call.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

class AtOnce final : public Executor {
 public:
  bool post(Task task) override {
    task();
    return true;
  }
  void postAfter(std::chrono::milliseconds, Task) override {}
};

// One kind of invalidation, and the operation that reaches the backend for it.
struct Way {
  std::string name;
  OpCode code;
  std::function<Status(Cache&, const Key&)> invalidate;
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

class InvalidationWait : public ::testing::TestWithParam<Way> {
 protected:
  static constexpr auto kLong = 60s;  // never expires within a test

  // Begins a call that misses and computes `value` immediately.
  void compute(const std::string& value) {
    cache_.getOrCompute({.nameSpace = "n",
                         .key = key_,
                         .expire = 1h,
                         .compute = [value] { return Computed{.payload = value}; }},
                        executor_, [](CacheResult) {});
  }
  void invalidate() { invalidated_ = GetParam().invalidate(cache_, key_); }
  std::optional<std::string> stored() {
    const auto found = cache_.find({.nameSpace = "n", .key = key_});
    return found ? std::optional(std::string(found->payload.bytes())) : std::nullopt;
  }

  const Key key_ = KeyBuilder().field("k").build();
  HostServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_SCRIPTED_PLUGIN, services_);
  tests::ScriptedControls& script_ = tests::ScriptedControls::of(*backend_);
  AtOnce executor_;
  Status invalidated_ = Status::internal;
  Cache cache_{backend_, {.operationTimeout = kLong}};
};

const Way kWays[] = {
    {"erase", OpCode::erase, [](Cache& cache, const Key& key) { return cache.erase("n", key); }},
    {"clear", OpCode::clearNamespace, [](Cache& cache, const Key&) { return cache.clear("n"); }}};

}  // namespace

TEST_P(InvalidationWait, CoversAWriteThatWasSentBeforeIt) {
  script_.hold(OpCode::set);
  compute("old");
  ASSERT_TRUE(script_.awaitHeld(OpCode::set, 1));

  tests::WaitingCall invalidation([this] { invalidate(); });
  const bool waited = invalidation.waits();
  script_.release(OpCode::set);
  invalidation.finish();

  EXPECT_TRUE(waited) << "it returned while a write of an older value was in flight";
  EXPECT_EQ(invalidated_, Status::ok);
  EXPECT_EQ(stored(), std::nullopt);
}

TEST_P(InvalidationWait, CoversAWriteThatWasSentDuringIt) {
  script_.hold(GetParam().code);
  tests::WaitingCall invalidation([this] { invalidate(); });
  ASSERT_TRUE(script_.awaitHeld(GetParam().code, 1));
  script_.hold(OpCode::set);
  compute("older than the next one");
  ASSERT_TRUE(script_.awaitHeld(OpCode::set, 1));

  script_.release(GetParam().code);
  const bool waited = invalidation.waits();
  script_.release(OpCode::set);
  invalidation.finish();

  EXPECT_TRUE(waited)
      << "it returned while a write was in flight that the next invalidation does not wait for";
  EXPECT_EQ(invalidated_, Status::ok);
  EXPECT_EQ(stored(), std::nullopt) << "it could overwrite a newer value";
}

TEST_P(InvalidationWait, RemovesARedirectedValueAndThePointerToIt) {
  const Key elsewhere = KeyBuilder().field("variant").build();
  script_.hold(OpCode::set);
  cache_.getOrCompute(
      {.nameSpace = "n",
       .key = key_,
       .expire = 1h,
       .compute =
           [&] {
             return Computed{.payload = "old", .redirect = Redirect{elsewhere, "pointer", 1h}};
           }},
      executor_, [](CacheResult) {});
  ASSERT_TRUE(script_.awaitHeld(OpCode::set, 2));
  tests::WaitingCall invalidation([this] { invalidate(); });
  const bool waited = invalidation.waits();

  script_.release(OpCode::set);
  invalidation.finish();

  EXPECT_TRUE(waited);
  EXPECT_EQ(invalidated_, Status::ok);
  EXPECT_EQ(stored(), std::nullopt);
  EXPECT_FALSE(cache_.find({.nameSpace = "n", .key = elsewhere})) << "the value that the pointer entry names";
}

INSTANTIATE_TEST_SUITE_P(Ways, InvalidationWait, ::testing::ValuesIn(kWays),
                         [](const auto& way) { return way.param.name; });
