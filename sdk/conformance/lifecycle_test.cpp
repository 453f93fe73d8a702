// SPDX-License-Identifier: Apache-2.0
#include "eventually.hpp"
#include "fixture.hpp"
#include "process_state.hpp"
#include "raw_backend.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

using Lifecycle = Conformance;

// A thread that names itself does so shortly after it has started.
bool isNamedSoon(const std::string& thread_id, const std::string& inherited_name) {
  return eventually([&] { return threadName(thread_id) != inherited_name; });
}

TEST_F(Lifecycle, TwoInstancesShareEntriesOnlyIfDeclared) {
  const auto other = openAnother();

  ASSERT_EQ(set("k", "value").status, Status::ok);

  EXPECT_EQ(valueOf(*other, "k"), hasCapability(LARDER_CAP_SHARED) ? "value" : "<miss>");
}

TEST_F(Lifecycle, AClearReachesOtherInstancesOnlyIfEntriesAreShared) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  const auto other = openAnother();
  Operation write = on(OpCode::set, "k");
  write.value = "of the other";
  ASSERT_EQ(other->perform(write, other->in(kSlowdown * 2s)).status, Status::ok);
  ASSERT_EQ(valueOf(*other, "k"), "of the other");

  ASSERT_EQ(clear(space_).status, Status::ok);

  EXPECT_EQ(valueOf(*other, "k"), hasCapability(LARDER_CAP_SHARED) ? "<miss>" : "of the other");
}

TEST_F(Lifecycle, VersionsAreTheSameInAllInstancesIfEntriesAreShared) {
  LARDER_NEEDS(LARDER_CAP_SHARED | LARDER_CAP_VERSIONS);
  const auto other = openAnother();
  const auto stored = set("k", "value");

  EXPECT_EQ(other->perform(on(OpCode::get, "k"), other->in(kSlowdown * 2s)).version, stored.version);
}

TEST_F(Lifecycle, ADrainedBackendRefusesEverything) {
  ASSERT_EQ(set("k", "value").status, Status::ok);

  ASSERT_EQ(backend().drain(soon()), Status::ok);

  EXPECT_EQ(get("k").status, Status::closed);
  EXPECT_EQ(set("k", "new").status, Status::closed);
  EXPECT_EQ(exists("k").status, Status::closed);
}

TEST_F(Lifecycle, DrainingTwiceIsHarmless) {
  ASSERT_EQ(backend().drain(soon()), Status::ok);

  EXPECT_EQ(backend().drain(soon()), Status::ok);
}

TEST_F(Lifecycle, DrainingUnderLoadCompletesEveryOperationOnce) {
  RawBackend raw(*subject().library, subject().settings);
  std::vector<std::unique_ptr<RawOp>> ops;
  for (int i = 0; i < scaled(5000); ++i) {
    ops.push_back(std::make_unique<RawOp>(LARDER_OP_SET, space_, std::to_string(i), "value"));
    ops.back()->start(raw);
  }

  raw.drain(5s);

  // A full queue may have refused some operations; all others are written or closed.
  for (const auto& op : ops) {
    const auto status = op->wait();
    EXPECT_TRUE(status == LARDER_OK || status == LARDER_CLOSED || status == LARDER_OVERLOADED) << status;
    EXPECT_EQ(op->completions(), 1);
  }
}

TEST_F(Lifecycle, AHundredBackendsLeaveNoThreadOrFileOpen) {
  const auto open_and_use = [this] {
    const auto one = openAnother();
    EXPECT_EQ(one->perform(on(OpCode::ping, ""), one->in(kSlowdown * 2s)).status, Status::ok);
  };
  ASSERT_EQ(perform(on(OpCode::ping, "")).status, Status::ok);  // the test's own backend has connected
  open_and_use();  // warms up one-time state, such as the resolver's
  const auto threads = threadIds().size();
  const auto files = openFiles();

  for (int i = 0; i < 100; ++i) open_and_use();

  // The kernel may list a joined thread for a moment.
  EXPECT_TRUE(eventually([threads] { return threadIds().size() <= threads; }))
      << threadIds().size() << " instead of " << threads;
  EXPECT_LE(openFiles(), files);
}

TEST_F(Lifecycle, ThreadsOfThePluginAreNamedAndBlockSignals) {
  const auto before = threadIds();
  const auto own_name = threadName(std::to_string(::getpid()));
  // Uses the raw backend because the SDK adds a thread of its own to the plugin's.
  RawBackend raw(*subject().library, subject().settings);
  ASSERT_EQ(RawOp(LARDER_OP_PING, "", "").perform(raw), LARDER_OK);

  int seen = 0;
  for (const auto& id : threadIds()) {
    if (before.contains(id)) continue;
    ++seen;
    EXPECT_TRUE(isNamedSoon(id, own_name)) << "a thread has no name of its own";
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGCHLD, SIGPIPE})
      EXPECT_TRUE((blockedSignals(id) >> (signal - 1) & 1) != 0) << threadName(id) << ", signal " << signal;
  }
  if (seen == 0) GTEST_SKIP() << "the plugin starts no thread";
}

TEST_F(Lifecycle, AnUnknownExtensionIsNull) {
  RawBackend raw(*subject().library, subject().settings);
  for (const std::string id :
       {"", "larder", "larder.none/1", "larder.lock/999", "org.example.nothing/1", "\xff\xfe"})
    EXPECT_EQ(raw.table().get_extension(raw.table().self, {id.data(), id.size()}), nullptr) << id;
}

TEST_F(Lifecycle, StatisticsNeverDecrease) {
  const auto counters = [this] {
    const auto stats = backend().stats();
    return std::array{stats.hits,      stats.misses,      stats.writes, stats.deletes,
                      stats.evictions, stats.expirations, stats.errors, stats.reconnects};
  };
  auto last = counters();
  for (int round = 0; round < 20; ++round) {
    set("k", "value");
    get("k");
    get("other");
    erase("k");
    if (hasCapability(LARDER_CAP_CLEAR)) clear(space_);
    const auto now = counters();
    for (std::size_t i = 0; i < now.size(); ++i) ASSERT_GE(now[i], last[i]) << "counter " << i;
    last = now;
  }
}

TEST_F(Lifecycle, StatisticsAreAvailableUnderLoad) {
  std::atomic<bool> stop{false};
  std::jthread worker([&] {
    while (!stop) set("k", "value");
  });

  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) backend().stats();
  const auto took = std::chrono::steady_clock::now() - begin;
  stop = true;

  EXPECT_LT(took, tolerance(100ms));
}

}  // namespace
}  // namespace larder::conformance
