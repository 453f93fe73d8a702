// SPDX-License-Identifier: Apache-2.0
//
// A separate program, because it counts every call of operator new.
#include <gtest/gtest.h>
#include <larder/backend.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/counted_allocations.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

// A store that answers later, like a store behind a network, and allocates nothing itself.
class LaterStore {
 public:
  larder_backend table() {
    larder_backend table{};
    table.struct_size = sizeof table;
    table.self = this;
    table.capabilities = LARDER_CAP_ASYNC;
    table.submit = [](void* self, larder_op* const* ops, std::uint32_t count, larder_status* results) {
      auto& store = *static_cast<LaterStore*>(self);
      for (std::uint32_t i = 0; i < count; ++i) {
        store.kept_[store.count_++] = ops[i];
        results[i] = LARDER_PENDING;
      }
    };
    table.cancel = [](void*, larder_op*) {};
    table.stats = [](void*, larder_stats*) {};
    table.drain = [](void*, std::uint64_t) -> larder_status { return LARDER_OK; };
    table.destroy = [](void*) {};
    table.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
    return table;
  }

  void answerAll(larder_status status) {
    const auto kept = kept_;
    const auto count = std::exchange(count_, 0);
    for (std::size_t i = 0; i < count; ++i) {
      kept[i]->result = {"value", 5, nullptr, nullptr};
      kept[i]->complete(kept[i], status);
    }
  }

 private:
  std::array<larder_op*, 8> kept_{};
  std::size_t count_ = 0;
};

class PendingGets : public ::testing::TestWithParam<std::size_t> {
 protected:
  long allocationsOf(std::span<const Operation> operations) {
    std::size_t hits = 0;
    const long before = allocationCount();
    backend_->start(operations, backend_->in(10s), [&hits](std::span<Outcome> outcomes) {
      for (const auto& outcome : outcomes) hits += outcome.value.view() == "value" ? 1U : 0U;
    });
    later_.answerAll(LARDER_OK);
    const long taken = allocationCount() - before;
    EXPECT_EQ(hits, operations.size());
    return taken;
  }

  HostServices services_;
  LaterStore later_;
  std::unique_ptr<Backend> lru_ = Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "lru", {}, services_);
  std::unique_ptr<Backend> backend_ = Backend::over(later_.table(), *lru_, "later", services_);
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(UpToThree, PendingGets, ::testing::Values(1U, 2U, 3U));

TEST_P(PendingGets, AreStartedAndAnsweredWithoutAllocation) {
  const std::string key(40, 'k');
  const std::vector<Operation> operations(GetParam(),
                                          {.code = OpCode::get, .nameSpace = "larder:users", .key = key});
  allocationsOf(operations);  // allocates the block that later calls reuse

  for (int i = 0; i < 100; ++i) EXPECT_EQ(allocationsOf(operations), 0);
}
