// SPDX-License-Identifier: Apache-2.0
#include "open_memcached.hpp"

#include "servers/memcached_server.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;

// A request for several callers needs another round trip for callers whose namespace the plugin meets for the
// first time.
TEST(ManyCallers, OfNewNamespacesAllCompleteAndFindTheirEntries) {
  constexpr int kCallers = 24;
  constexpr int kSpaces = 60;
  constexpr int kReads = 5;
  servers::MemcachedServer server;
  OpenMemcached cache({server.url()});
  std::atomic<int> failed_writes{0};
  std::atomic<int> failed_reads{0};

  std::vector<std::thread> callers;
  for (int caller = 0; caller < kCallers; ++caller)
    callers.emplace_back([&, caller] {
      for (int i = 0; i < kSpaces; ++i) {
        const auto space = "space " + std::to_string(caller) + " " + std::to_string(i);
        Operation operation{.code = OpCode::set, .nameSpace = space, .key = "k", .value = space};
        if (cache.backend().perform(operation, cache.backend().in(20s)).status != Status::ok) ++failed_writes;
        operation = {.code = OpCode::get, .nameSpace = space, .key = "k"};
        for (int read = 0; read < kReads; ++read) {
          const auto outcome = cache.backend().perform(operation, cache.backend().in(20s));
          if (outcome.status != Status::ok || outcome.value.view() != space) ++failed_reads;
        }
      }
    });
  for (auto& caller : callers) caller.join();

  EXPECT_EQ(failed_writes, 0);
  EXPECT_EQ(failed_reads, 0);
}

}  // namespace
}  // namespace larder::memcached_test
