// SPDX-License-Identifier: Apache-2.0
//
// Asynchronous invalidations, and threads that an invalidation must not block.
#include <larder/cache.hpp>
#include <larder/coroutine.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "unit/detached.hpp"
#include "unit/open_backend.hpp"
#include "unit/plugins/scripted_controls.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using tests::Detached;
using tests::eventually;

namespace {

class AsyncInvalidation : public ::testing::Test {
 protected:
  CacheResult get(std::string value) {
    return cache_.getOrCompute(
        {.nameSpace = "n", .key = key_, .expire = 1h, .tags = tags_, .compute = [value] {
           return Computed{.payload = value};
         }});
  }
  std::string now() { return std::string(get("computed").payload.bytes()); }

  const Key key_ = KeyBuilder().field("k").build();
  const std::vector<std::string> tags_{"users"};
  HostServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_SCRIPTED_PLUGIN, services_);
  tests::ScriptedControls& script_ = tests::ScriptedControls::of(*backend_);
  Cache cache_{backend_, {.operationTimeout = 60s}};
};

// Runs `work` in a completion of the backend, on the thread that releases the held operation.
template <class Work>
void onCompletionThread(Cache& cache, tests::ScriptedControls& script, const Key& key, Work work) {
  std::atomic<bool> ran{false};
  script.hold(OpCode::get);
  cache.find({.nameSpace = "n", .key = key}, [&](const std::optional<CacheResult>&) {
    work();
    ran = true;
  });
  ASSERT_TRUE(script.awaitHeld(OpCode::get, 1));
  script.release(OpCode::get);
  EXPECT_TRUE(ran);
}

}  // namespace

TEST_F(AsyncInvalidation, ReportsCompletionAndLeavesNoOldValue) {
  const std::function<void(Cache::WhenInvalid)> ways[] = {
      [&](Cache::WhenInvalid done) { cache_.invalidate(tags_, std::move(done)); },
      [&](Cache::WhenInvalid done) { cache_.erase("n", key_, std::move(done)); },
      [&](Cache::WhenInvalid done) { cache_.clear("n", std::move(done)); }};
  for (const auto& way : ways) {
    get("old");
    std::atomic<int> told{0};
    auto status = Status::internal;

    way([&](Status result) {
      status = result;
      ++told;
    });

    EXPECT_TRUE(eventually([&] { return told == 1; }));
    EXPECT_EQ(status, Status::ok);
    EXPECT_EQ(now(), "computed");
    get("old");
  }
}

TEST_F(AsyncInvalidation, DoesNotBlockItsCallerWhileTheBackendIsSlow) {
  script_.hold(OpCode::erase);
  std::atomic<bool> told{false};

  cache_.erase("n", key_, [&](Status) { told = true; });

  EXPECT_FALSE(told);
  script_.release(OpCode::erase);
  EXPECT_TRUE(eventually([&] { return told.load(); }));
}

TEST_F(AsyncInvalidation, CanBeAwaited) {
  get("old");
  std::vector<Status> statuses;
  const auto invalidate_all = [](Cache& cache, const Key& key, std::vector<Status>& into) -> Detached {
    into.push_back(co_await async(cache, invalidates("users")));
    into.push_back(co_await eraseAsync(cache, "n", key));
    into.push_back(co_await clearAsync(cache, "n"));
  };

  invalidate_all(cache_, key_, statuses);

  ASSERT_TRUE(eventually([&] { return statuses.size() == 3; }));
  EXPECT_EQ(statuses, (std::vector{Status::ok, Status::ok, Status::ok}));
  EXPECT_EQ(now(), "computed");
}

TEST_F(AsyncInvalidation, IsRefusedInItsBlockingFormOnACompletionThread) {
  std::vector<Status> refused;
  onCompletionThread(cache_, script_, key_, [&] {
    refused.push_back(cache_.invalidate(tags_));
    refused.push_back(cache_.erase("n", key_));
    refused.push_back(cache_.clear("n"));
  });

  EXPECT_EQ(refused, (std::vector{Status::invalid, Status::invalid, Status::invalid}));
  EXPECT_EQ(cache_.counters().invalidations, 0u);
  EXPECT_EQ(cache_.erase("n", key_), Status::ok) << "other threads may block";
}
