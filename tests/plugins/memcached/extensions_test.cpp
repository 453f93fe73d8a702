// SPDX-License-Identifier: Apache-2.0
//
// Extension behavior beyond conformance: how locks and numbers interact with a cleared namespace and other
// hosts.
#include "open_memcached.hpp"

#include "servers/memcached_server.hpp"
#include "waiting/eventually.hpp"

#include <larder/extensions.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace larder::memcached_test {
namespace {

using namespace std::chrono_literals;

class Extensions : public ::testing::Test {
 protected:
  static Status lock(OpenMemcached& host, std::string_view token) {
    return acquireLock(host.backend(), "ns", "l", token, 60s, host.backend().in(20s)).status;
  }
  static Outcome add(OpenMemcached& host, std::int64_t number) {
    return increment(host.backend(), "ns", "n", number, noExpiry, host.backend().in(20s));
  }

  servers::MemcachedServer server_;
  OpenMemcached here_{{server_.url()}};
  OpenMemcached there_{{server_.url()}};
};

TEST_F(Extensions, AreImplementedByThePluginItself) {
  EXPECT_NE(here_.backend().extension(LARDER_ATOMIC), nullptr);
  EXPECT_NE(here_.backend().extension(LARDER_LOCK), nullptr);
}

TEST_F(Extensions, ClearingANamespaceFreesNoLock) {
  ASSERT_EQ(lock(here_, "mine"), Status::ok);

  ASSERT_EQ(there_.clear(), Status::ok);

  EXPECT_EQ(lock(there_, "yours"), Status::notStored);
}

TEST_F(Extensions, ANumberInAClearedNamespaceStartsAtZero) {
  ASSERT_EQ(add(here_, 41).number, 41);

  ASSERT_EQ(there_.clear(), Status::ok);

  EXPECT_EQ(add(here_, 1).number, 1);
}

TEST_F(Extensions, IncrementsOfTwoHostsAreAllCounted) {
  constexpr int kEach = 200;
  std::atomic<int> failures{0};
  std::vector<std::jthread> threads;
  for (OpenMemcached* host : {&here_, &there_, &here_, &there_})
    threads.emplace_back([&, host] {
      for (int i = 0; i < kEach; ++i)
        if (add(*host, 1).status != Status::ok) ++failures;
    });
  threads.clear();

  EXPECT_EQ(failures, 0);
  EXPECT_EQ(add(here_, 0).number, 4 * kEach);
}

TEST_F(Extensions, ALockIsLostWithItsServer) {
  ASSERT_EQ(lock(here_, "mine"), Status::ok);

  server_.stop();
  EXPECT_EQ(lock(there_, "yours"), Status::unavailable);
  server_.start();

  EXPECT_TRUE(tests::eventually([this] { return lock(there_, "yours") == Status::ok; }));
}

}  // namespace
}  // namespace larder::memcached_test
