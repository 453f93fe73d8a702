// SPDX-License-Identifier: Apache-2.0
#include "users/connection_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace larder::users {
namespace {

using std::chrono::milliseconds;

struct Connection {
  int number;
};
using Pool = ConnectionPool<Connection>;

class ConnectionPoolTest : public testing::Test {
 protected:
  Pool::Connect connect() {
    return [this] { return std::make_unique<Connection>(Connection{++made_}); };
  }
  std::atomic<int> made_ = 0;
};

TEST_F(ConnectionPoolTest, LendsAReturnedConnectionAgain) {
  Pool pool(2, milliseconds(10), connect());

  EXPECT_EQ(pool.acquire()->number, 1);
  EXPECT_EQ(pool.acquire()->number, 1);
}

TEST_F(ConnectionPoolTest, RefusesMoreThanTheLimitAfterTheWait) {
  Pool pool(1, milliseconds(20), connect());
  const auto lease = pool.acquire();
  const auto start = std::chrono::steady_clock::now();

  EXPECT_THROW(pool.acquire(), StoreUnavailable);

  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(20));
  EXPECT_EQ(made_, 1);
}

TEST_F(ConnectionPoolTest, AWaitingCallerGetsTheReturnedConnection) {
  Pool pool(1, milliseconds(5000), connect());
  std::optional<Pool::Lease> lease(pool.acquire());
  int got = 0;
  std::thread waiting([&] { got = pool.acquire()->number; });

  lease.reset();
  waiting.join();

  EXPECT_EQ(got, 1);
}

TEST_F(ConnectionPoolTest, ADroppedConnectionIsReplaced) {
  Pool pool(1, milliseconds(10), connect());

  pool.acquire().drop();

  EXPECT_EQ(pool.acquire()->number, 2);
}

TEST_F(ConnectionPoolTest, AFailureToConnectFreesItsSlot) {
  bool refuse = true;
  Pool pool(1, milliseconds(10), [&] {
    if (refuse) throw std::runtime_error("refused");
    return std::make_unique<Connection>(Connection{7});
  });

  EXPECT_THROW(pool.acquire(), std::runtime_error);
  EXPECT_THROW(pool.acquire(), std::runtime_error);
  refuse = false;

  EXPECT_EQ(pool.acquire()->number, 7);
}

TEST_F(ConnectionPoolTest, ManyThreadsNeverHoldMoreThanTheLimit) {
  Pool pool(3, milliseconds(5000), connect());
  std::atomic<int> held = 0;
  std::atomic<int> most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        auto lease = pool.acquire();
        const int now = ++held;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        --held;
        if (round % 10 == 0) lease.drop();
      }
    });
  for (std::thread& thread : threads) thread.join();

  EXPECT_LE(most, 3);
  EXPECT_GE(most, 1);
}

}  // namespace
}  // namespace larder::users
