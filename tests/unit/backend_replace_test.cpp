// SPDX-License-Identifier: Apache-2.0
//
// A backend that is replaced while in use.
#include <gtest/gtest.h>
#include <larder/cache.hpp>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "open_backend.hpp"

using namespace larder;
using namespace std::chrono_literals;

namespace {

std::unique_ptr<Backend> open(const char* file, std::string name, HostServices& services) {
  return Backend::open(PluginLibrary::load(file), std::move(name), {}, services);
}

class ReplacedBackend : public ::testing::Test {
 protected:
  HostServices services_;
  std::unique_ptr<Backend> backend_ = open(LARDER_LRU_PLUGIN, "first", services_);
  const Operation set_{.code = OpCode::set, .nameSpace = "n", .key = "k", .value = "of the first"};
  const Operation get_{.code = OpCode::get, .nameSpace = "n", .key = "k"};

  Deadline soon() { return backend_->in(5s); }
};

}  // namespace

TEST_F(ReplacedBackend, ServesNewOperationsFromTheNewBackend) {
  backend_->perform(set_, soon());

  ASSERT_TRUE(backend_->replace(open(LARDER_LRU_PLUGIN, "second", services_), 5s));

  EXPECT_EQ(backend_->perform(get_, soon()).status, Status::miss);
  EXPECT_EQ(backend_->name(), "second");
}

TEST_F(ReplacedBackend, KeepsAValueLentByTheOldBackend) {
  backend_->perform(set_, soon());
  auto lent = backend_->perform(get_, soon());

  ASSERT_TRUE(backend_->replace(open(LARDER_LRU_PLUGIN, "second", services_), 5s));

  EXPECT_FALSE(backend_->replace(open(LARDER_LRU_PLUGIN, "third", services_), 10ms))
      << "the first is not closed yet";
  EXPECT_EQ(lent.value.view(), "of the first");
  lent = {};
  EXPECT_TRUE(backend_->replace(open(LARDER_LRU_PLUGIN, "third", services_), 5s));
}

TEST_F(ReplacedBackend, SwitchesBetweenInlineAndPending) {
  ASSERT_TRUE(backend_->isInline());

  ASSERT_TRUE(backend_->replace(open(LARDER_SILENT_PLUGIN, "silent", services_), 5s));

  EXPECT_FALSE(backend_->isInline());
  EXPECT_EQ(backend_->perform(get_, backend_->in(5ms)).status, Status::deadline);
}

TEST_F(ReplacedBackend, EndsPendingOperationsOnTheOldBackend) {
  const auto silent = open(LARDER_SILENT_PLUGIN, "silent", services_);
  std::promise<Status> promise;
  silent->start(std::span(&get_, 1), silent->in(100ms),
                [&promise](std::span<Outcome> outcomes) { promise.set_value(outcomes[0].status); });

  ASSERT_TRUE(silent->replace(std::move(backend_), 5s));

  EXPECT_EQ(promise.get_future().get(), Status::deadline);  // by the old backend's watch, which still existed
  EXPECT_EQ(silent->perform(set_, silent->in(5s)).status, Status::ok);
}

TEST_F(ReplacedBackend, SurvivesManyReplacementsUnderLoad) {
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i)
    clients.emplace_back([&] {
      while (!stop) {
        if (failed(backend_->perform(set_, soon()).status)) ++failures;
        const auto got = backend_->perform(get_, soon());
        if (failed(got.status)) ++failures;
        if (got.status == Status::ok && got.value.view() != "of the first") ++failures;
      }
    });

  for (int i = 0; i < 30; ++i) EXPECT_TRUE(backend_->replace(open(LARDER_LRU_PLUGIN, "next", services_), 5s));
  stop = true;
  for (auto& client : clients) client.join();

  EXPECT_EQ(failures, 0);
}

namespace {

CacheRequest requestOf(std::string value) {
  return {.nameSpace = "n",
          .key = KeyBuilder().field("k").build(),
          .expire = 1min,
          .tags = {"tag"},
          .compute = [value = std::move(value)] { return Computed{.payload = value}; }};
}

class CacheOnReplacedBackend : public ::testing::Test {
 protected:
  HostServices services_;
  std::shared_ptr<Backend> backend_ = open(LARDER_LRU_PLUGIN, "first", services_);
  Cache cache_{backend_, {}};
};

}  // namespace

TEST_F(CacheOnReplacedBackend, ComputesAgainAndStoresInTheNewOne) {
  cache_.getOrCompute(requestOf("old"));

  cache_.replaceBackend(open(LARDER_LRU_PLUGIN, "second", services_));

  EXPECT_EQ(cache_.getOrCompute(requestOf("new")).source, CacheResult::Source::computed);
  EXPECT_EQ(cache_.getOrCompute(requestOf("newer")).source, CacheResult::Source::hit);
}

TEST_F(CacheOnReplacedBackend, ServesNoEntryLeftInTheNewBackend) {
  auto second = open(LARDER_LRU_PLUGIN, "second", services_);
  {
    Cache before(std::shared_ptr<Backend>(std::shared_ptr<void>(), second.get()), {});
    before.getOrCompute(requestOf("from before"));
    ASSERT_EQ(before.getOrCompute(requestOf("")).source, CacheResult::Source::hit);
  }

  cache_.replaceBackend(std::move(second));

  EXPECT_EQ(cache_.getOrCompute(requestOf("new")).source, CacheResult::Source::computed);
}

TEST_F(CacheOnReplacedBackend, RefusesABackendThatCannotClearItsTags) {
  EXPECT_THROW(cache_.replaceBackend(open(LARDER_PLAIN_PLUGIN, "plain", services_)), std::runtime_error);

  EXPECT_EQ(backend_->name(), "first");
}
