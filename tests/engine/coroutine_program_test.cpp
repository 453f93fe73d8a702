// SPDX-License-Identifier: Apache-2.0
//
// Programs of coroutines on one event loop, whose thread never blocks.
#include <larder/coroutine.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "engine/our_backends.hpp"
#include "unit/detached.hpp"
#include "unit/open_backend.hpp"
#include "unit/plugins/scripted_controls.hpp"

using namespace larder;
using namespace std::chrono_literals;
using Source = CacheResult::Source;
using tests::Detached;

namespace {

static_assert(!std::is_copy_constructible_v<CacheResult>, "the result that is awaited is move-only");

class CoroutineProgram : public ::testing::TestWithParam<tests::Kind> {
 protected:
  CacheRequest wanted(const std::string& name) {
    return {.nameSpace = "program",
            .key = KeyBuilder().field(name).build(),
            .expire = 1h,
            .compute = [this, name] {
              EXPECT_EQ(std::this_thread::get_id(), loopThread_);
              ++computations_;
              return Computed{.payload = name};
            }};
  }
  Detached ask(std::string name) {
    auto result = co_await async(cache_, wanted(name), loop_);
    co_await resumeOn(loop_);
    EXPECT_EQ(std::this_thread::get_id(), loopThread_);
    texts_.emplace_back(result.payload.bytes());
    end();
  }
  void begin(int count) { running_ += count; }
  void end() {
    if (--running_ == 0) loop_.stop();
  }

  RunLoop loop_;
  const std::thread::id loopThread_ = std::this_thread::get_id();
  int running_ = 0;  // like the next two members, used only on the loop's thread
  int computations_ = 0;
  std::vector<std::string> texts_;
  HostServices services_;
  tests::Opened opened_ = GetParam().open(services_);
  Cache cache_{opened_.backend, {.operationTimeout = 20s}};
};

Detached askMany(Cache& cache, RunLoop& loop, std::vector<CacheResult>& results) {
  BatchRequest request{.nameSpace = "program",
                       .keys = {KeyBuilder().field("a").build(), KeyBuilder().field("b").build()},
                       .expire = 1h,
                       .compute = [](std::span<const std::size_t> missing) {
                         std::vector<Computed> values;
                         for (const auto index : missing)
                           values.push_back({.payload = std::to_string(index)});
                         return values;
                       }};
  results = co_await async(cache, std::move(request), loop);
  co_await resumeOn(loop);
  loop.stop();
}

template <class Function>
Detached callTwice(Function& function, RunLoop& loop, std::vector<int>& results) {
  results.push_back(co_await async(function, loop, "ab", 3));
  results.push_back(co_await async(function, loop, "ab", 3));
  co_await resumeOn(loop);
  loop.stop();
}

template <class Function>
Detached callFailing(Function& function, RunLoop& loop, std::string& error) {
  try {
    co_await async(function, loop, 1);
  } catch (const std::runtime_error& thrown) {
    error = thrown.what();
  }
  co_await resumeOn(loop);
  loop.stop();
}

}  // namespace

TEST_P(CoroutineProgram, ComputesOncePerKeyAndFindsItLater) {
  begin(20);
  for (int i = 0; i < 20; ++i) ask("k" + std::to_string(i % 2));
  loop_.run();

  EXPECT_EQ(texts_.size(), 20u);
  EXPECT_EQ(std::count(texts_.begin(), texts_.end(), "k0"), 10);
  EXPECT_EQ(computations_, 2);
}

TEST_P(CoroutineProgram, AwaitsManyKeysAtOnce) {
  std::vector<CacheResult> results;

  askMany(cache_, loop_, results);
  loop_.run();

  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].payload.bytes(), "0");
  EXPECT_EQ(results[1].payload.bytes(), "1");
}

TEST_P(CoroutineProgram, AwaitsCachedFunctions) {
  int calls = 0;
  const auto length =
      cached(cache_, "length", larder::cache(1h), [&calls](const std::string& text, int times) {
        ++calls;
        return static_cast<int>(text.size()) * times;
      });
  std::vector<int> results;

  callTwice(length, loop_, results);
  loop_.run();

  EXPECT_EQ(results, (std::vector{6, 6}));
  EXPECT_EQ(calls, 1);
}

TEST_P(CoroutineProgram, GetsTheExceptionOfTheFunction) {
  const auto failing =
      cached(cache_, "failing", larder::cache(1h), [](int) -> int { throw std::runtime_error("not today"); });
  std::string error;

  callFailing(failing, loop_, error);
  loop_.run();

  EXPECT_EQ(error, "not today");
}

INSTANTIATE_TEST_SUITE_P(Backends, CoroutineProgram, tests::ourBackends(), tests::nameOf);

TEST(CoroutineProgramOnASlowBackend, DoesOtherWorkWhileItAwaitsAnswers) {
  HostServices services;
  const auto backend = openBackend(LARDER_SCRIPTED_PLUGIN, services);
  auto& script = tests::ScriptedControls::of(*backend);
  Cache cache(backend, {.operationTimeout = 60s});
  RunLoop loop;
  std::vector<CacheResult> results;
  bool done_other_work = false;
  script.hold(OpCode::get);

  askMany(cache, loop, results);
  loop.post([&] {
    done_other_work = results.empty();
    script.release(OpCode::get);
  });
  loop.run();

  EXPECT_TRUE(done_other_work);
  EXPECT_EQ(results.size(), 2u);
}

namespace {

class Full final : public Executor {
 public:
  bool post(Task) override { return false; }
  void postAfter(std::chrono::milliseconds, Task) override {}
};

Detached resumeOnFull(Full& full, bool& refused) {
  try {
    co_await resumeOn(full);
  } catch (const Overloaded&) {
    refused = true;
  }
}

Detached askOn(Executor& executor, Cache& cache, bool& refused) {
  try {
    CacheRequest wanted{
        .nameSpace = "n", .key = KeyBuilder().field("k").build(), .expire = 1h, .compute = [] {
          return Computed{.payload = "v"};
        }};
    co_await async(cache, std::move(wanted), executor);
  } catch (const Overloaded&) {
    refused = true;
  }
}

}  // namespace

TEST(AFullExecutor, ThrowsInTheCoroutine) {
  HostServices services;
  Cache cache(openBackend(LARDER_LRU_PLUGIN, services), {});
  Full full;
  bool resuming_refused = false;
  bool computing_refused = false;

  resumeOnFull(full, resuming_refused);
  askOn(full, cache, computing_refused);

  EXPECT_TRUE(resuming_refused);
  EXPECT_TRUE(computing_refused);
}
