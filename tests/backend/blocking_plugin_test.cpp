// SPDX-License-Identifier: Apache-2.0
//
// A plugin that is neither INLINE nor ASYNC: its calls block, but only on the backend's own threads.
#include <gtest/gtest.h>
#include <larder/backend.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include "plugins/blocking_controls.hpp"
#include "waiting/eventually.hpp"

using namespace larder;
using namespace std::chrono_literals;
using larder::tests::BlockingControls;

namespace {

class RecordedServices final : public HostServices {
 public:
  LogLevel logLevel() const override { return LogLevel::info; }
  void log(LogLevel, std::string_view, std::string_view message) override {
    const std::lock_guard lock(mutex_);
    lines_.emplace_back(message);
  }
  long linesWith(std::string_view part) {
    const std::lock_guard lock(mutex_);
    return std::count_if(lines_.begin(), lines_.end(),
                         [part](const auto& line) { return line.find(part) != std::string::npos; });
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

std::string newPath(const char* name) {
  return ::testing::TempDir() + "larder-" + std::to_string(::getpid()) + "-" + name;
}

bool gone(const std::string& file) {
  return larder::tests::eventually([&file] { return !std::filesystem::exists(file); });
}

class BlockingPlugin : public ::testing::Test {
 protected:
  std::unique_ptr<Backend> open(const BackendSettings& settings = {}, PluginLimits limits = {}) {
    return Backend::open(PluginLibrary::load(LARDER_BLOCKING_PLUGIN), "slow", settings, services_, limits);
  }
  static Operation get(std::string_view key) { return {.code = OpCode::get, .nameSpace = "n", .key = key}; }
  static Operation set(std::string_view key, std::string_view value) {
    return {.code = OpCode::set, .nameSpace = "n", .key = key, .value = value};
  }
  static Backend::Callback into(std::promise<Status>& promise) {
    return [&promise](std::span<Outcome> outcomes) { promise.set_value(outcomes[0].status); };
  }

  // Repeats until `count` calls hang, since a deadline may expire before a thread makes the call.
  static void waitInVain(Backend& backend, std::string_view key, int count) {
    auto& plugin = BlockingControls::of(backend);
    plugin.hang(key);
    while (plugin.hanging() < count)
      EXPECT_EQ(backend.perform(get(key), backend.in(20ms)).status, Status::deadline);
  }

  RecordedServices services_;
};

}  // namespace

TEST_F(BlockingPlugin, AnswersLikeAnyOtherPlugin) {
  const auto backend = open();

  EXPECT_EQ(backend->perform(set("k", "v"), backend->in(10s)).status, Status::ok);
  EXPECT_EQ(backend->perform(get("k"), backend->in(10s)).value.view(), "v");
  EXPECT_EQ(backend->perform(get("other"), backend->in(10s)).status, Status::miss);
}

TEST_F(BlockingPlugin, IsCalledOnTheBackendsThreadsEvenForBlockingCalls) {
  const auto backend = open();
  auto& plugin = BlockingControls::of(*backend);

  backend->perform(get("k"), backend->in(10s));
  EXPECT_EQ(plugin.lastThread(), "larder-calls");

  std::promise<Status> done;
  const auto ping = get("k");
  backend->start(std::span(&ping, 1), backend->in(10s), into(done));
  EXPECT_EQ(done.get_future().get(), Status::miss);
  EXPECT_EQ(plugin.lastThread(), "larder-calls");
}

TEST_F(BlockingPlugin, DoesNotBlockTheCallerOfStart) {
  const auto backend = open();
  auto& plugin = BlockingControls::of(*backend);
  plugin.hang("k");
  std::promise<Status> done;
  const auto hung = get("k");

  backend->start(std::span(&hung, 1), backend->in(1h), into(done));  // must return, or the test times out
  plugin.awaitHanging(1);
  plugin.letGo();

  EXPECT_EQ(done.get_future().get(), Status::miss);
}

TEST_F(BlockingPlugin, BlocksNoCallerPastItsDeadlineAndIsLoggedOnce) {
  const auto backend = open();
  auto& plugin = BlockingControls::of(*backend);
  waitInVain(*backend, "a", 1);
  waitInVain(*backend, "b", 2);

  EXPECT_EQ(services_.linesWith("plugin blocking blocks"), 1);
  EXPECT_EQ(backend->perform(get("c"), backend->in(10s)).status, Status::miss);
  plugin.letGo();
}

TEST_F(BlockingPlugin, KeepsTheOrderOfOneKey) {
  const auto backend = open();
  auto& plugin = BlockingControls::of(*backend);
  plugin.hang("k");
  std::vector<std::promise<Status>> done(50);
  for (std::size_t i = 0; i < done.size(); ++i) {
    const auto value = std::to_string(i);
    const auto operation = set("k", value);
    backend->start(std::span(&operation, 1), backend->in(1h), into(done[i]));
  }
  plugin.awaitHanging(1);
  plugin.letGo();
  for (auto& each : done) each.get_future().wait();

  const auto writes = plugin.writesOf("k");
  ASSERT_EQ(writes.size(), done.size());
  for (std::size_t i = 0; i < writes.size(); ++i) EXPECT_EQ(writes[i], std::to_string(i));
}

TEST_F(BlockingPlugin, IsNotCalledForAnOperationThatExpiredInTheQueue) {
  const auto backend = open();
  auto& plugin = BlockingControls::of(*backend);
  plugin.hang("k");
  std::promise<Status> done;
  const auto first = set("k", "first");
  backend->start(std::span(&first, 1), backend->in(1h), into(done));
  plugin.awaitHanging(1);

  EXPECT_EQ(backend->perform(set("k", "late"), backend->in(1ms)).status, Status::deadline);
  plugin.letGo();
  done.get_future().wait();

  EXPECT_EQ(backend->perform(get("k"), backend->in(10s)).value.view(), "first");
}

TEST_F(BlockingPlugin, RefusesOperationsBeyondItsQueue) {
  const auto backend = open({}, {.blockingThreads = 1});
  auto& plugin = BlockingControls::of(*backend);
  plugin.hang("k");
  const auto hung = get("k");
  std::promise<Status> first;
  backend->start(std::span(&hung, 1), backend->in(1h), into(first));
  plugin.awaitHanging(1);

  const std::vector<Operation> many(12'000, get("other"));
  std::promise<std::pair<std::size_t, std::size_t>> counted;
  backend->start(many, backend->in(1h), [&counted](std::span<Outcome> outcomes) {
    const auto with = [outcomes](Status status) {
      return static_cast<std::size_t>(std::count_if(
          outcomes.begin(), outcomes.end(), [status](const auto& each) { return each.status == status; }));
    };
    counted.set_value({with(Status::miss), with(Status::overloaded)});
  });
  plugin.letGo();

  EXPECT_EQ(counted.get_future().get(), std::pair(std::size_t{10'000}, std::size_t{2'000}));
  first.get_future().wait();
}

TEST_F(BlockingPlugin, IsDestroyedOnlyWhenAHungCallReturns) {
  const auto living = newPath("living");
  auto backend = open({{"living", {living}}});
  auto& plugin = BlockingControls::of(*backend);
  waitInVain(*backend, "k", 1);

  backend.reset();

  EXPECT_EQ(services_.linesWith("hangs in a call"), 1);
  EXPECT_TRUE(std::filesystem::exists(living));
  plugin.letGo();
  EXPECT_TRUE(gone(living));
}

TEST_F(BlockingPlugin, CallsEveryCallbackWhenItsBackendIsDestroyedDuringAHungCall) {
  auto backend = open();
  auto& plugin = BlockingControls::of(*backend);
  plugin.hang("k");
  std::promise<Status> done;
  const auto hung = get("k");
  backend->start(std::span(&hung, 1), backend->in(1h), into(done));
  plugin.awaitHanging(1);

  backend.reset();

  EXPECT_EQ(done.get_future().get(), Status::deadline);
  plugin.letGo();
}

TEST_F(BlockingPlugin, ThatHangsInCreateFailsToOpenInTime) {
  const auto gate = newPath("gate");
  const auto living = newPath("created");
  ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
  try {
    open({{"gate", {gate}}, {"living", {living}}}, {.open = 50ms});
    FAIL() << "opened";
  } catch (const PluginError& error) {
    EXPECT_NE(std::string(error.what()).find("\"slow\" did not open within 50 ms"), std::string::npos);
  }
  EXPECT_EQ(services_.linesWith("opening with plugin blocking"), 1);

  ::close(::open(gate.c_str(), O_WRONLY));  // create continues, and the instance that it makes is destroyed
  ::unlink(gate.c_str());
  EXPECT_TRUE(gone(living));
}

TEST_F(BlockingPlugin, LeavesNoInstanceBehindIfTheThreadsCannotStart) {
  const auto living = newPath("leaked");

  EXPECT_THROW(open({{"living", {living}}, {"refuse_threads", {"true"}}}), std::system_error);

  EXPECT_FALSE(std::filesystem::exists(living));
}
