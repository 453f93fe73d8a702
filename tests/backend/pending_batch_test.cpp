// SPDX-License-Identifier: Apache-2.0
#include "backend/pending_batch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "backend/use_count.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

// Holds every operation until the test answers it.
class KeepingPlugin {
 public:
  larder_backend table() {
    larder_backend table{};
    table.self = this;
    table.submit = [](void* self, larder_op* const* ops, std::uint32_t count, larder_status* results) {
      auto& plugin = *static_cast<KeepingPlugin*>(self);
      const std::lock_guard lock(plugin.mutex_);
      for (std::uint32_t i = 0; i < count; ++i) {
        plugin.kept_.push_back(ops[i]);
        results[i] = LARDER_PENDING;
      }
      plugin.arrived_.release(count);
    };
    table.cancel = [](void* self, larder_op*) { ++static_cast<KeepingPlugin*>(self)->cancelled; };
    return table;
  }

  void await(int count) {
    for (int i = 0; i < count; ++i) arrived_.acquire();
  }

  // Answers all held operations on this thread.
  void answerAll(larder_status status) {
    std::vector<larder_op*> all;
    {
      const std::lock_guard lock(mutex_);
      all.swap(kept_);
    }
    for (auto* op : all) {
      ++released_;
      op->result = {"v", 1, this, [](void* self) { --static_cast<KeepingPlugin*>(self)->released_; }};
      op->complete(op, status);
    }
  }

  int lent() const { return released_; }

  std::atomic<int> cancelled{0};

 private:
  std::mutex mutex_;
  std::vector<larder_op*> kept_;
  std::counting_semaphore<> arrived_{0};
  std::atomic<int> released_{0};
};

class CountedFaults final : public FaultLog {
 public:
  void logCaught(std::string_view source) noexcept override {
    last = source;
    ++count;
  }
  int count = 0;
  std::string last;
};

class PendingBatches : public ::testing::Test {
 protected:
  Deadline in(std::chrono::milliseconds time) { return Deadline::in(clock_, time); }

  KeepingPlugin plugin_;
  CountedFaults faults_;
  SystemClock clock_;
  Timers timers_{clock_, "test-deadline"};
  const larder_backend table_ = plugin_.table();
  const PendingBatch::Route route_{table_, timers_, faults_, clock_};
  UseCount uses_;
  const Operation get_{.code = OpCode::get, .nameSpace = "n", .key = "k"};
};

}  // namespace

TEST_F(PendingBatches, ReleaseTheCallbackAndTheUseAfterDelivery) {
  const auto held = std::make_shared<int>(0);
  PendingBatch::start(route_, std::span(&get_, 1), in(1h), Use(uses_), [held](std::span<Outcome>) {});
  EXPECT_FALSE(uses_.none());

  plugin_.answerAll(LARDER_OK);

  EXPECT_EQ(held.use_count(), 1);
  EXPECT_TRUE(uses_.none());
  EXPECT_EQ(plugin_.lent(), 0);
}

TEST_F(PendingBatches, KeepTheUseForAValueTakenByTheCallback) {
  Outcome taken;
  PendingBatch::start(route_, std::span(&get_, 1), in(1h), Use(uses_),
                      [&taken](std::span<Outcome> outcomes) { taken = std::move(outcomes[0]); });
  plugin_.answerAll(LARDER_OK);

  EXPECT_EQ(taken.value.view(), "v");
  EXPECT_FALSE(uses_.none());
  taken = {};
  EXPECT_TRUE(uses_.none());
}

TEST_F(PendingBatches, LeaveNoTimerBehindOnceAnswered) {
  PendingBatch::start(route_, std::span(&get_, 1), in(1h), Use(uses_), [](std::span<Outcome>) {});
  EXPECT_EQ(timers_.armed(), 1U);

  plugin_.answerAll(LARDER_OK);

  EXPECT_EQ(timers_.armed(), 0U);
}

TEST_F(PendingBatches, EndAtTheirDeadlineAndReleaseLateValues) {
  std::binary_semaphore ended(0);
  Status status{};
  PendingBatch::start(route_, std::span(&get_, 1), in(1ms), Use(uses_), [&](std::span<Outcome> outcomes) {
    status = outcomes[0].status;
    ended.release();
  });
  ended.acquire();
  EXPECT_EQ(status, Status::deadline);
  EXPECT_EQ(plugin_.cancelled, 1);

  plugin_.answerAll(LARDER_OK);

  EXPECT_EQ(plugin_.lent(), 0);
}

TEST_F(PendingBatches, DeliverTheOutcomesThatArrivedInTime) {
  const std::array operations{get_, get_};
  std::array<Outcome, 2> outcomes;
  std::thread waiter([&] { PendingBatch::perform(route_, operations, outcomes, in(20ms), 0ns, Use(uses_)); });
  waiter.join();

  EXPECT_EQ(outcomes[0].status, Status::deadline);
  EXPECT_EQ(outcomes[1].status, Status::deadline);
  plugin_.answerAll(LARDER_OK);
  EXPECT_EQ(plugin_.lent(), 0);
}

TEST_F(PendingBatches, LogExceptionsOfACallback) {
  PendingBatch::start(route_, std::span(&get_, 1), in(1h), Use(uses_),
                      [](std::span<Outcome>) { throw std::runtime_error("oops"); });

  plugin_.answerAll(LARDER_OK);

  EXPECT_EQ(faults_.count, 1);
  EXPECT_EQ(faults_.last, "the callback of an operation");
  EXPECT_TRUE(uses_.none());
}

TEST_F(PendingBatches, DeliverManyOutcomesInTheOrderOfTheirOperations) {
  const std::vector<Operation> operations(40, get_);
  std::size_t delivered = 0;
  PendingBatch::start(route_, operations, in(1h), Use(uses_), [&](std::span<Outcome> outcomes) {
    for (const auto& outcome : outcomes) delivered += outcome.value.view() == "v" ? 1U : 0U;
  });

  plugin_.answerAll(LARDER_OK);

  EXPECT_EQ(delivered, operations.size());
  EXPECT_EQ(plugin_.lent(), 0);
}

TEST_F(PendingBatches, WakeEveryCallerOfABurst) {
  constexpr int callers = 32;
  constexpr int rounds = 50;
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        Outcome outcome;
        PendingBatch::perform(route_, std::span(&get_, 1), std::span(&outcome, 1), in(1h), 0ns, Use(uses_));
        if (outcome.status == Status::ok && outcome.value.view() == "v") ++answered;
      }
    });
  for (int round = 0; round < rounds; ++round) {
    plugin_.await(callers);
    plugin_.answerAll(LARDER_OK);
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(answered, callers * rounds);
  EXPECT_TRUE(uses_.none());
}
