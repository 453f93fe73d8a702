// SPDX-License-Identifier: Apache-2.0
//
// A plugin whose blocking submit keeps deadlines serves a blocking caller on the caller's own thread.
#include <gtest/gtest.h>
#include <larder/backend.hpp>

#include <memory>

using namespace larder;
using namespace std::chrono_literals;

namespace {

// Answers every operation with a miss and records how it was called.
struct RememberingStore {
  larder_backend table(std::uint64_t capabilities) {
    larder_backend table{};
    table.struct_size = sizeof table;
    table.self = this;
    table.capabilities = capabilities;
    table.submit = [](void* self, larder_op* const* ops, std::uint32_t count, larder_status* results) {
      auto& store = *static_cast<RememberingStore*>(self);
      store.asked_to_block = ops[0]->complete == nullptr;
      store.deadline_ns = ops[0]->deadline_ns;
      for (std::uint32_t i = 0; i < count; ++i) results[i] = LARDER_MISS;
    };
    table.cancel = [](void*, larder_op*) {};
    table.stats = [](void*, larder_stats*) {};
    table.drain = [](void*, std::uint64_t) -> larder_status { return LARDER_OK; };
    table.destroy = [](void*) {};
    table.get_extension = [](void*, larder_bytes) -> const void* { return nullptr; };
    return table;
  }

  bool asked_to_block = false;
  std::uint64_t deadline_ns = 0;
};

class WaitingInSubmit : public ::testing::Test {
 protected:
  std::unique_ptr<Backend> over(std::uint64_t capabilities) {
    return Backend::over(store_.table(capabilities), *lru_, "test", services_);
  }

  HostServices services_;
  RememberingStore store_;
  std::unique_ptr<Backend> lru_ = Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "lru", {}, services_);
};

}  // namespace

TEST_F(WaitingInSubmit, IsUsedByPerformIfTheBackendKeepsDeadlines) {
  const auto backend = over(LARDER_CAP_ASYNC | LARDER_CAP_BLOCKING_DEADLINE);

  EXPECT_EQ(backend->get("n", "k", backend->in(1s)).status, Status::miss);

  EXPECT_TRUE(store_.asked_to_block);
}

TEST_F(WaitingInSubmit, HasADeadlineEvenIfTheCallerSetNone) {
  const auto backend = over(LARDER_CAP_ASYNC | LARDER_CAP_BLOCKING_DEADLINE);

  backend->get("n", "k");

  EXPECT_NE(store_.deadline_ns, 0U);
}

TEST_F(WaitingInSubmit, IsNotUsedWithOtherBackends) {
  const auto backend = over(LARDER_CAP_ASYNC);

  backend->get("n", "k", backend->in(1s));

  EXPECT_FALSE(store_.asked_to_block);
}
