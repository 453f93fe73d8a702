// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <larder/backend.hpp>

#include <array>
#include <future>
#include <type_traits>

#include "open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;

// A deadline of 250 ms after the host's start is never intended.
static_assert(!std::is_convertible_v<std::chrono::milliseconds, Deadline>);
static_assert(!std::is_convertible_v<int, Deadline>);
static_assert(!std::is_convertible_v<std::uint32_t, OperationFlags>);

namespace {

class SilentBackend : public ::testing::Test {
 protected:
  HostServices services_;
  std::shared_ptr<Backend> backend_ = openBackend(LARDER_SILENT_PLUGIN, services_);
  const Operation get_{.code = OpCode::get, .nameSpace = "n", .key = "k"};
  const Operation answer_{.code = OpCode::set, .nameSpace = "n", .key = "k", .value = "answer"};
};

}  // namespace

TEST_F(SilentBackend, HoldsNoCallerPastItsDeadline) {
  const auto outcome = backend_->perform(get_, backend_->in(20ms));

  EXPECT_EQ(outcome.status, Status::deadline);
}

TEST_F(SilentBackend, MayAnswerAfterTheCallerHasLeft) {
  backend_->perform(get_, backend_->in(1ms));

  const auto answered = backend_->perform(answer_, backend_->in(1s));

  EXPECT_EQ(answered.status, Status::ok);  // and the sanitizers see no access to freed memory
}

TEST_F(SilentBackend, EndsAStartedOperationAtItsDeadline) {
  std::promise<Status> promise;

  backend_->start(std::span(&get_, 1), backend_->in(20ms),
                  [&promise](std::span<Outcome> outcomes) { promise.set_value(outcomes[0].status); });

  auto future = promise.get_future();
  ASSERT_EQ(future.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(future.get(), Status::deadline);
}

TEST_F(SilentBackend, DeliversABatchOnceEvenIfPartOfItIsLate) {
  const std::array<Operation, 2> operations{get_, {.code = OpCode::ping, .nameSpace = "n"}};
  std::array<Outcome, 2> outcomes;

  backend_->perform(operations, outcomes, backend_->in(5ms));
  backend_->perform(answer_, backend_->in(1s));

  EXPECT_EQ(outcomes[0].status, Status::deadline);
  EXPECT_EQ(outcomes[1].status, Status::deadline);
}

TEST_F(SilentBackend, CanBeDestroyedWithAbandonedOperations) {
  for (int i = 0; i < 100; ++i)
    backend_->start(std::span(&get_, 1), backend_->in(1ms), [](std::span<Outcome>) {});

  backend_.reset();

  SUCCEED() << "the sanitizers watch";
}

TEST(BackendOperations, SetGetAndEraseWorkOnOneEntry) {
  HostServices services;
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services);

  EXPECT_EQ(backend->get("n", "k").status, Status::miss);
  EXPECT_EQ(backend->set("n", "k", "value", 1h).status, Status::ok);
  EXPECT_EQ(backend->get("n", "k").value.view(), "value");
  EXPECT_EQ(backend->get("m", "k").status, Status::miss);
  EXPECT_EQ(backend->erase("n", "k").status, Status::ok);
  EXPECT_EQ(backend->get("n", "k").status, Status::miss);
}

TEST(BackendOperations, APassedDeadlineIsHonored) {
  HostServices services;
  const auto backend = openBackend(LARDER_LRU_PLUGIN, services);

  EXPECT_EQ(backend->set("n", "k", "value", noExpiry, backend->in(-1ms)).status, Status::deadline);

  EXPECT_EQ(backend->get("n", "k").status, Status::miss);
}

TEST(BackendOperations, FlagsCombineToTheBitsOfTheAbi) {
  const auto flags = OperationFlags::ifVersion | OperationFlags::keepTtl;

  EXPECT_EQ(static_cast<std::uint32_t>(flags), LARDER_IF_VERSION | LARDER_KEEP_TTL);
  EXPECT_TRUE(has(flags, OperationFlags::keepTtl));
  EXPECT_FALSE(has(flags, OperationFlags::ifAbsent));
}

TEST(BackendSettingsCheck, UnknownOptionNamesTheNearestKnownOne) {
  HostServices services;
  try {
    openBackend(LARDER_LRU_PLUGIN, services, {{"max_byte", {"1MiB"}}});
    FAIL() << "was taken";
  } catch (const SettingError& error) {
    EXPECT_STREQ(error.what(), "backends.test.max_byte: unknown option; did you mean \"max_bytes\"?");
  }
}

TEST(BackendSettingsCheck, ValueOfTheWrongTypeNamesTheRightForm) {
  HostServices services;
  try {
    openBackend(LARDER_LRU_PLUGIN, services, {{"max_bytes", {"plenty"}}});
    FAIL() << "was taken";
  } catch (const SettingError& error) {
    EXPECT_STREQ(error.what(),
                 "backends.test.max_bytes: \"plenty\" is not a size like 1024, 64KiB or 256MiB");
  }
}

TEST(BackendSettingsCheck, SeveralValuesForASingleOptionAreRefused) {
  HostServices services;
  EXPECT_THROW(openBackend(LARDER_LRU_PLUGIN, services, {{"max_bytes", {"1MiB", "2MiB"}}}), SettingError);
}
