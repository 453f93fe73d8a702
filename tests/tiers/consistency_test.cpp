// SPDX-License-Identifier: Apache-2.0
//
// Eight threads read, write, remove and clear at random on tiers whose L2 fails at random; afterwards the
// history must explain every value that was read. The same load on two incorrect implementations of tiers
// shows that the checker detects their faults. LARDER_TIERS_SEED sets the seed.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <random>
#include <thread>

#include "conformance/scale.hpp"
#include "history.hpp"
#include "open_tiers.hpp"

namespace larder::tiers_test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kKeys = 32;
constexpr auto kNoDeadline = Deadline::none();
const CircuitOptions kShort{.openFor = 2ms};

std::uint32_t seed() {
  const char* const chosen = std::getenv("LARDER_TIERS_SEED");
  return chosen == nullptr ? 1 : static_cast<std::uint32_t>(std::strtoul(chosen, nullptr, 10));
}

struct Load {
  int threads = 8;
  int operations = 1'000'000;  // total of all threads
  std::uint32_t writesOf1000 = 60;
  std::uint32_t removalsOf1000 = 20;
  std::uint32_t clearsOf10000 = 2;
};

// Runs the load through `perform`. Returns what the callers observed.
template <class Perform>
std::vector<Event> record(const Load& load, const Perform& perform) {
  std::atomic<std::uint64_t> counter{1};
  std::vector<std::vector<Event>> histories(static_cast<std::size_t>(load.threads));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < histories.size(); ++t)
    threads.emplace_back([&, t] {
      std::minstd_rand random(seed() * 1000 + static_cast<std::uint32_t>(t));
      for (int i = 0; i < load.operations / load.threads; ++i) {
        Event event;
        event.key = static_cast<std::uint32_t>(random() % kKeys);
        const auto luck = static_cast<std::uint32_t>(random() % 10'000);
        const auto writes = load.writesOf1000 * 10;
        const auto removals = load.removalsOf1000 * 10;
        Operation operation{.nameSpace = "ns"};
        const auto key = std::to_string(event.key);
        std::string value;
        operation.key = key;
        event.began = counter++;
        if (luck < writes) {
          event.kind = Event::Kind::write;
          event.value = event.began;
          value = std::to_string(event.value);
          operation.code = OpCode::set;
          operation.value = value;
        } else if (luck < writes + removals) {
          event.kind = Event::Kind::write;
          operation.code = OpCode::erase;
        } else if (luck < writes + removals + load.clearsOf10000) {
          event.kind = Event::Kind::clear;
          operation.code = OpCode::clearNamespace;
          operation.key = {};
        }
        const Outcome outcome = perform(operation);
        if (event.kind == Event::Kind::read && outcome.status == Status::ok)
          event.value = std::stoull(std::string(outcome.value.view()));
        event.ended = counter++;
        histories[t].push_back(event);
        // A caller would compute the value now; without a pause most of the load would run during outages.
        if (failed(outcome.status)) std::this_thread::sleep_for(100us);
      }
    });
  for (auto& thread : threads) thread.join();

  std::vector<Event> all;
  for (const auto& history : histories) all.insert(all.end(), history.begin(), history.end());
  return all;
}

std::string someOf(const std::vector<std::string>& faults) {
  std::string text =
      std::to_string(faults.size()) + " reads cannot be explained; seed " + std::to_string(seed());
  for (std::size_t i = 0; i < faults.size() && i < 5; ++i) text += "\n  " + faults[i];
  return text;
}

BackendSettings seeded() { return {{"seed", {std::to_string(seed())}}}; }

// While it exists, one operation in a hundred fails, and all operations fail for 5 ms of every 55 ms.
class Trouble {
 public:
  explicit Trouble(FlakyControls& store) : store_(store), thread_([this] { run(); }) {
    store_.faultPermille = 10;
  }
  ~Trouble() {
    stop_ = true;
    thread_.join();
    store_.faultPermille = 0;
  }
  Trouble(const Trouble&) = delete;
  Trouble& operator=(const Trouble&) = delete;

 private:
  void run() {
    while (!stop_) {
      std::this_thread::sleep_for(50ms);
      store_.down = true;
      std::this_thread::sleep_for(5ms);
      store_.down = false;
    }
  }

  FlakyControls& store_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

std::size_t found(const std::vector<Event>& events) {
  std::size_t count = 0;
  for (const Event& event : events) count += event.kind == Event::Kind::read && event.value != 0;
  return count;
}

TEST(TieredConsistency, EveryReadIsExplainedWhileL2Fails) {
  OpenTiers tiers({.l1Ttl = 1h, .circuit = kShort}, seeded());
  const Trouble trouble(tiers.store());

  const auto events = record({.operations = conformance::scaled(1'000'000)},
                             [&](const Operation& operation) { return tiers.perform(operation); });

  const auto faults = unexplained(events, kKeys);
  EXPECT_TRUE(faults.empty()) << someOf(faults);
  EXPECT_GT(found(events), events.size() / 4);  // otherwise the history has little to explain
}

TEST(TieredConsistency, EveryReadIsExplainedWithMoreFailuresThanAreRemembered) {
  OpenTiers tiers({.l1Ttl = 1h, .maxRepairs = 4, .circuit = kShort}, seeded());
  const Trouble trouble(tiers.store());

  const auto events = record({.operations = conformance::scaled(200'000)},
                             [&](const Operation& operation) { return tiers.perform(operation); });

  const auto faults = unexplained(events, kKeys);
  EXPECT_TRUE(faults.empty()) << someOf(faults);
  EXPECT_GT(found(events), events.size() / 20);
}

// A naive implementation of tiers: it has no tickets and does not remember failed writes.
class NaiveTiers {
 public:
  NaiveTiers() {
    l1_ = Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "l1", {}, services_);
    l2_ = Backend::open(PluginLibrary::load(LARDER_FLAKY_PLUGIN), "l2", seeded(), services_);
  }
  FlakyControls& store() {
    return *static_cast<FlakyControls*>(const_cast<void*>(l2_->extension(kFlakyControls)));
  }

  Outcome perform(const Operation& operation) {
    if (operation.code == OpCode::get) return get(operation);
    auto outcome = l2_->perform(operation, l2_->in(5s));
    l1_->perform(failed(outcome.status)
                     ? Operation{.code = OpCode::erase, .nameSpace = "ns", .key = operation.key}
                     : operation,
                 kNoDeadline);
    return outcome;
  }

 private:
  Outcome get(const Operation& operation) {
    auto copy = l1_->perform(operation, kNoDeadline);
    if (copy.status == Status::ok) return copy;
    auto outcome = l2_->perform(operation, l2_->in(5s));
    std::this_thread::yield();  // so that a write often comes in between
    if (outcome.status == Status::ok)
      l1_->perform(
          {.code = OpCode::set, .nameSpace = "ns", .key = operation.key, .value = outcome.value.view()},
          kNoDeadline);
    return outcome;
  }

  HostServices services_;
  std::unique_ptr<Backend> l1_;
  std::unique_ptr<Backend> l2_;
};

TEST(TieredConsistency, TheCheckerDetectsAReadThatOvertookAWrite) {
  bool detected = false;
  for (int round = 0; round < 20 && !detected; ++round) {
    NaiveTiers tiers;
    const auto events =
        record({.operations = 50'000}, [&](const Operation& operation) { return tiers.perform(operation); });
    detected = !unexplained(events, kKeys).empty();
  }
  EXPECT_TRUE(detected);
}

TEST(TieredConsistency, TheCheckerDetectsAForgottenFailedWrite) {
  NaiveTiers tiers;
  const Trouble trouble(tiers.store());

  const auto events = record({.threads = 1, .operations = 20'000},
                             [&](const Operation& operation) { return tiers.perform(operation); });

  EXPECT_FALSE(unexplained(events, kKeys).empty());
}

Event write(std::uint64_t value, std::uint64_t began, std::uint64_t ended) {
  return {.kind = Event::Kind::write, .value = value, .began = began, .ended = ended};
}
Event read(std::uint64_t value, std::uint64_t began, std::uint64_t ended) {
  return {.value = value, .began = began, .ended = ended};
}

TEST(History, AReplacedValueIsUnexplained) {
  EXPECT_EQ(unexplained({write(1, 1, 2), write(2, 3, 4), read(1, 5, 6)}, 1).size(), 1u);
  EXPECT_TRUE(unexplained({write(1, 1, 2), write(2, 3, 4), read(2, 5, 6)}, 1).empty());
}

TEST(History, AnyOrderExplainsOverlappingCalls) {
  EXPECT_TRUE(unexplained({write(1, 1, 3), write(2, 2, 4), read(1, 5, 6)}, 1).empty());
  EXPECT_TRUE(unexplained({write(1, 1, 2), write(2, 3, 6), read(1, 4, 5)}, 1).empty());
}

TEST(History, NoReadGoesBackInTime) {
  EXPECT_EQ(unexplained({write(1, 1, 2), write(2, 3, 8), read(2, 4, 5), read(1, 6, 7)}, 1).size(), 1u);
}

TEST(History, AValueThatWasNeverWrittenIsUnexplained) {
  EXPECT_EQ(unexplained({read(7, 1, 2)}, 1).size(), 1u);
}

TEST(History, AMissIsAlwaysExplained) {
  EXPECT_TRUE(unexplained({write(1, 1, 2), read(0, 3, 4)}, 1).empty());
}

}  // namespace
}  // namespace larder::tiers_test
