// SPDX-License-Identifier: Apache-2.0
//
// A failed allocation, wherever in the plugin it happens, fails the operations concerned and nothing else:
// the process lives, and the backend works as soon as there is memory again.
#include "open_memcached.hpp"

#include "servers/memcached_server.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

namespace {

// The allocation to fail, counted down; 0 for none.
std::atomic<long> failingAllocation{0};
thread_local bool callsThePlugin = false;

bool isThreadOfThePlugin() {
  thread_local const bool answer = [] {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return std::string_view(name.data()).starts_with("larder-memc");
  }();
  return answer;
}

bool failsNow() {
  if (failingAllocation.load() <= 0 || !(callsThePlugin || isThreadOfThePlugin())) return false;
  return failingAllocation.fetch_sub(1) == 1;
}

}  // namespace

// Replaces the operators of the whole process, so also of the plugin's library.
void* operator new(std::size_t size) {
  void* const memory = failsNow() ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;

constexpr int kMostAllocations = 60;  // more than any sequence below makes

// Runs `calls` with the n-th allocation failing; true if that one was reached.
template <class Calls>
bool runWithFailureAt(long n, Calls calls) {
  failingAllocation = n;
  callsThePlugin = true;
  try {
    calls();
  } catch (const std::bad_alloc&) {  // the SDK's own
  }
  callsThePlugin = false;
  return failingAllocation.exchange(0) <= 0;
}

Operation operationOf(OpCode code, std::string_view key) {
  Operation operation;
  operation.code = code;
  operation.nameSpace = "a namespace of a length that no string keeps inside";
  operation.key = key;
  operation.value = "a value of a length that no string keeps inside, either";
  operation.ttl = 10min;
  return operation;
}

TEST(OutOfMemory, AtAnyAllocationFailsTheOperationAtHandAlone) {
  servers::MemcachedServer server;
  int reached = 0;
  for (long n = 1; n <= kMostAllocations; ++n) {
    OpenMemcached cache({server.url()}, {{"connections", {"1"}}});
    auto& backend = cache.backend();

    reached += runWithFailureAt(n, [&] {
      for (const auto code :
           {OpCode::set, OpCode::get, OpCode::touch, OpCode::erase, OpCode::clearNamespace, OpCode::ping})
        (void)backend.perform(operationOf(code, "k"), backend.in(2s));
    });

    ASSERT_EQ(backend.perform(operationOf(OpCode::set, "after"), backend.in(2s)).status, Status::ok) << n;
    const auto found = backend.perform(operationOf(OpCode::get, "after"), backend.in(2s));
    ASSERT_EQ(found.status, Status::ok) << n;
    EXPECT_EQ(found.value.view(), operationOf(OpCode::get, "").value) << n;
  }
  EXPECT_GT(reached, 10) << "the plugin allocates more often than that: the failures did not reach it";
}

TEST(OutOfMemory, WhileAServerHangsOperationsStillEndAtTheirDeadline) {
  servers::MemcachedServer server;
  server.pause();
  for (long n = 1; n <= 12; ++n) {
    OpenMemcached cache({server.url()}, {{"connections", {"1"}}});
    auto& backend = cache.backend();
    Status status = Status::ok;

    runWithFailureAt(
        n, [&] { status = backend.perform(operationOf(OpCode::set, "k"), backend.in(20ms)).status; });

    EXPECT_NE(status, Status::miss) << n;
  }
  server.resume();
}

}  // namespace
}  // namespace larder::memcached_test
