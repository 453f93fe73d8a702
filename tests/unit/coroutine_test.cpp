// SPDX-License-Identifier: Apache-2.0
#include <larder/coroutine.hpp>

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

// A minimal coroutine type: its result is delivered as a future.
template <class T>
struct Answer {
  struct promise_type {  // NOLINT(readability-identifier-naming): the language's name
    std::promise<T> result;
    Answer get_return_object() { return {result.get_future()}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_value(T value) { result.set_value(std::move(value)); }
    void unhandled_exception() { result.set_exception(std::current_exception()); }
  };
  std::future<T> future;
};

Answer<std::pair<Status, std::thread::id>> look(Backend& backend, std::chrono::milliseconds timeout) {
  const auto found =
      co_await async(backend, {.code = OpCode::get, .nameSpace = "n", .key = "k"}, backend.in(timeout));
  co_return std::pair(found.status, std::this_thread::get_id());
}

}  // namespace

TEST(AwaitedOperation, ContinuesAtOnceWithABackendInMemory) {
  HostServices services;
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services);

  auto [status, thread] = look(*backend, 1s).future.get();

  EXPECT_EQ(status, Status::miss);
  EXPECT_EQ(thread, std::this_thread::get_id());
}

TEST(AwaitedOperation, IsResumedByTheThreadThatDeliversTheAnswer) {
  HostServices services;
  const auto backend = openBackend(LARDER_SILENT_PLUGIN, services);
  auto answer = look(*backend, 10s);
  const auto pending = answer.future.wait_for(0s);

  backend->perform({.code = OpCode::set, .nameSpace = "n", .key = "k", .value = "answer"}, backend->in(10s));

  EXPECT_EQ(pending, std::future_status::timeout) << "it was suspended, not blocked";
  EXPECT_EQ(answer.future.get().first, Status::ok);
}

TEST(AwaitedOperation, IsResumedAtItsDeadlineByASilentBackend) {
  HostServices services;
  const auto backend = openBackend(LARDER_SILENT_PLUGIN, services);

  EXPECT_EQ(look(*backend, 20ms).future.get().first, Status::deadline);
}
