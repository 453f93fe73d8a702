// SPDX-License-Identifier: Apache-2.0
//
// Who is woken by the last completion of a batch may destroy the backend at once.
#include "backend/pending_batch.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "backend/use_count.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

// Answers each operation on a thread of its own.
class AnsweringThread {
 public:
  ~AnsweringThread() { thread_.join(); }

  larder_backend table() {
    larder_backend table{};
    table.self = this;
    table.submit = [](void* self, larder_op* const* ops, std::uint32_t, larder_status* results) {
      results[0] = LARDER_PENDING;
      static_cast<AnsweringThread*>(self)->thread_ =
          std::thread([op = ops[0]] { op->complete(op, LARDER_MISS); });
    };
    return table;
  }

 private:
  std::thread thread_;
};

}  // namespace

TEST(PendingBatch, HasLetGoOfItsUseAndItsCallbackWhenItsWaiterGoesOn) {
  UseCount uses;
  bool callback_gone = false;
  AnsweringThread plugin;
  const Operation get{.code = OpCode::get, .nameSpace = "n", .key = "k"};
  // Its end takes long enough for a waiter that was woken before it to be seen.
  std::shared_ptr<void> slow_to_end(nullptr, [&callback_gone](void*) {
    for (int i = 0; i < 1000; ++i) std::this_thread::yield();
    callback_gone = true;
  });

  auto batch = PendingBatch::make(std::span(&get, 1), Deadline::at(std::chrono::nanoseconds::max()),
                                  Use(uses), [held = std::move(slow_to_end)](std::span<Outcome>) {});
  batch->submit(plugin.table());
  ASSERT_TRUE(batch->waitFor(10s));

  EXPECT_TRUE(callback_gone);
  EXPECT_TRUE(uses.none());
}
