// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <atomic>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

using Concurrency = Conformance;

constexpr int kThreads = 8;

template <class Work>
void onEachThread(const Work& work) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&work, i] { work(i); });
}

TEST_F(Concurrency, AReaderSeesOnlyWholeValuesOfItsOwnKey) {
  const int rounds = scaled(2000);
  std::atomic<int> wrong{0};

  onEachThread([&](int thread) {
    for (int i = 0; i < rounds; ++i) {
      const auto key = "k" + std::to_string((i * 7 + thread) % 20);
      if (i % 4 == 0) {
        const auto letter = static_cast<char>('a' + (i + thread) % 26);
        if (set(key, key + std::string(100 + static_cast<std::size_t>(i % 900), letter)).status != Status::ok)
          ++wrong;
        continue;
      }
      const auto read = get(key);
      if (read.status == Status::miss) continue;
      const auto value = read.value.view();
      if (read.status != Status::ok || value.empty()) {  // an unreachable store returns no value
        ++wrong;
        continue;
      }
      if (!value.starts_with(key + value.back()) ||
          value.find_first_not_of(value.back(), key.size()) != value.npos)
        ++wrong;
    }
  });

  EXPECT_EQ(wrong.load(), 0);
}

TEST_F(Concurrency, AWriteIsReadBackByItsWriter) {
  const int rounds = scaled(1000);
  std::atomic<int> wrong{0};

  onEachThread([&](int thread) {
    for (int i = 0; i < rounds; ++i) {
      const auto key = std::to_string(thread);
      const auto value = key + "." + std::to_string(i);
      if (set(key, value).status != Status::ok || valueOf(key) != value) ++wrong;
    }
  });

  EXPECT_EQ(wrong.load(), 0);
}

TEST_F(Concurrency, StartedOperationsAreEachDeliveredExactlyOnce) {
  const auto rounds = static_cast<std::size_t>(scaled(20'000));
  constexpr std::ptrdiff_t at_a_time = 64;
  std::vector<std::atomic<int>> deliveries(kThreads * rounds);
  std::atomic<int> failures{0};

  onEachThread([&](int thread) {
    std::counting_semaphore<at_a_time> room(at_a_time);
    for (std::size_t i = 0; i < rounds; ++i) {
      room.acquire();
      const auto key = std::to_string(i % 100);
      Operation operation = on(i % 10 == 0 ? OpCode::set : OpCode::get, key);
      operation.value = key;
      auto& delivered = deliveries[static_cast<std::size_t>(thread) * rounds + i];
      // The deadline is long because only delivery matters, and operations of a blocking plugin may queue for
      // long on a busy machine.
      backend().start({&operation, 1}, backend().in(kSlowdown * 30s), [&](std::span<Outcome> outcomes) {
        if (failed(outcomes[0].status)) ++failures;
        ++delivered;
        room.release();
      });
    }
    for (std::ptrdiff_t i = 0; i < at_a_time; ++i) room.acquire();
  });

  EXPECT_EQ(failures.load(), 0);
  for (const auto& delivered : deliveries) ASSERT_EQ(delivered.load(), 1);
}

TEST_F(Concurrency, ConditionalIncrementsAreNotLost) {
  LARDER_NEEDS(LARDER_CAP_VERSIONS);
  const int rounds = scaled(100);
  ASSERT_EQ(set("n", "0").status, Status::ok);

  onEachThread([&](int) {
    for (int done = 0; done < rounds;) {
      const auto read = get("n");
      if (read.status != Status::ok) break;  // detected below: the sum is too small
      const auto next = std::to_string(std::stoi(std::string(read.value.view())) + 1);
      if (set("n", next, noExpiry, OperationFlags::ifVersion, read.version).status == Status::ok) ++done;
    }
  });

  EXPECT_EQ(valueOf("n"), std::to_string(kThreads * rounds));
}

TEST_F(Concurrency, ClearingDuringWritesLeavesNoEarlierEntry) {
  LARDER_NEEDS(LARDER_CAP_CLEAR);
  std::atomic<bool> stop{false};
  std::vector<std::jthread> writers;
  for (int thread = 0; thread < 4; ++thread)
    writers.emplace_back([&, thread] {
      while (!stop) set("busy" + std::to_string(thread), "value");
    });

  int survivors = 0;
  for (int round = 0; round < scaled(200); ++round) {
    set("k", "value");
    clear(space_);
    if (valueOf("k") != "<miss>") ++survivors;
  }
  stop = true;

  EXPECT_EQ(survivors, 0);
}

}  // namespace
}  // namespace larder::conformance
