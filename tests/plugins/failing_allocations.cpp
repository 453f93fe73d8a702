// SPDX-License-Identifier: Apache-2.0
#include "failing_allocations.hpp"

#include <pthread.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Number of allocations until the one that fails; 0: none fails.
std::atomic<long> failingAllocation{0};
std::string_view threadsOfThePlugin;  // written while no allocation is set to fail
thread_local bool callsThePlugin = false;

bool isThreadOfThePlugin() {
  thread_local const bool answer = [] {
    std::array<char, 16> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    return std::string_view(name.data()).starts_with(threadsOfThePlugin);
  }();
  return answer;
}

bool failsNow() {
  if (failingAllocation.load() <= 0 || !(callsThePlugin || isThreadOfThePlugin())) return false;
  return failingAllocation.fetch_sub(1) == 1;
}

}  // namespace

// Replace the operators of the whole process, including the plugin's library.
void* operator new(std::size_t size) {
  void* const memory = failsNow() ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace larder::tests {

bool runWithFailureAt(long n, std::string_view threads, const std::function<void()>& calls) {
  threadsOfThePlugin = threads;
  failingAllocation = n;
  callsThePlugin = true;
  try {
    calls();
  } catch (const std::bad_alloc&) {  // thrown by the SDK itself
  }
  callsThePlugin = false;
  return failingAllocation.exchange(0) <= 0;
}

}  // namespace larder::tests
