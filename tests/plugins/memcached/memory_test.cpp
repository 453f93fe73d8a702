// SPDX-License-Identifier: Apache-2.0
//
// A failed allocation anywhere in the plugin fails only the operations that it affects: the process survives,
// and the backend works as soon as memory is available again.
#include "open_memcached.hpp"

#include "plugins/failing_allocations.hpp"

#include "servers/memcached_server.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;

constexpr int kMostAllocations = 60;  // more than any sequence below makes

constexpr auto kPluginThreads = "larder-memc";

Operation operationOf(OpCode code, std::string_view key) {
  Operation operation;
  operation.code = code;
  operation.nameSpace = "a namespace of a length that no string keeps inside";
  operation.key = key;
  operation.value = "a value of a length that no string keeps inside, either";
  operation.ttl = 10min;
  return operation;
}

TEST(OutOfMemory, AtAnyAllocationFailsOnlyTheCurrentOperation) {
  servers::MemcachedServer server;
  int reached = 0;
  for (long n = 1; n <= kMostAllocations; ++n) {
    OpenMemcached cache({server.url()}, {{"connections", {"1"}}});
    auto& backend = cache.backend();

    reached += tests::runWithFailureAt(n, kPluginThreads, [&] {
      for (const auto code :
           {OpCode::set, OpCode::get, OpCode::touch, OpCode::erase, OpCode::clearNamespace, OpCode::ping})
        (void)backend.perform(operationOf(code, "k"), backend.in(2s));
    });

    ASSERT_EQ(backend.perform(operationOf(OpCode::set, "after"), backend.in(2s)).status, Status::ok) << n;
    const auto found = backend.perform(operationOf(OpCode::get, "after"), backend.in(2s));
    ASSERT_EQ(found.status, Status::ok) << n;
    EXPECT_EQ(found.value.view(), operationOf(OpCode::get, "").value) << n;
  }
  EXPECT_GT(reached, 10) << "the injected failures did not reach the plugin";
}

TEST(OutOfMemory, WhileAServerHangsOperationsStillEndAtTheirDeadline) {
  servers::MemcachedServer server;
  server.pause();
  for (long n = 1; n <= 12; ++n) {
    OpenMemcached cache({server.url()}, {{"connections", {"1"}}});
    auto& backend = cache.backend();
    Status status = Status::ok;

    tests::runWithFailureAt(n, kPluginThreads, [&] {
      status = backend.perform(operationOf(OpCode::set, "k"), backend.in(20ms)).status;
    });

    EXPECT_NE(status, Status::miss) << n;
  }
  server.resume();
}

}  // namespace
}  // namespace larder::memcached_test
