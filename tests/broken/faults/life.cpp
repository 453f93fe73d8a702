// SPDX-License-Identifier: Apache-2.0
#include "async_reference.hpp"
#include "faults.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <thread>

namespace larder::broken {
namespace {

// stats() asks the store, which takes 5 ms.
class StatsBlock final : public Reference {
 public:
  using Reference::Reference;

  void stats(larder_stats& stats) const noexcept override {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Reference::stats(stats);
  }
};

// Keeps the count of hits in one bit.
class StatsGoDown final : public Reference {
 public:
  using Reference::Reference;

  void stats(larder_stats& stats) const noexcept override {
    Reference::stats(stats);
    stats.hits %= 2;
  }
};

// Counts a failed look-up as a hit.
class StatsMiscount final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    if (op.opcode == LARDER_OP_GET && status == LARDER_MISS) ++counters_.hits;
    return status;
  }
};

// Writes result fields that belong to other opcodes.
class WritesAnswersOfOthers final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.result_ttl_ms = 0;
    op.result_number = 0;
    return Reference::answer(op);
  }
};

// Clears the struct's fields up to its end, including those that it does not know.
class WritesPastTheOperation final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    constexpr std::size_t known = offsetof(larder_op, expected) + sizeof(larder_bytes);
    if (op.struct_size > known) std::memset(reinterpret_cast<char*>(&op) + known, 0, op.struct_size - known);
    return Reference::answer(op);
  }
};

// drain() drops pending operations instead of completing them.
class DrainDropsWhatIsPending final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  larder_status drain(std::uint64_t deadline_ns) noexcept override {
    dropping_ = true;
    return AsyncReference::drain(deadline_ns);
  }
  void complete(larder_op& op, larder_status status) noexcept override {
    if (!dropping_.load()) AsyncReference::complete(op, status);
  }

 private:
  std::atomic<bool> dropping_{false};
};

// drain() blocks forever once something has been stored.
class DrainHangs final : public Reference {
 public:
  using Reference::Reference;

  larder_status drain(std::uint64_t) noexcept override {
    while (counters_.writes > 0) ::pause();
    return LARDER_OK;
  }
};

// drain() takes a second, whatever its deadline.
class DrainOverruns final : public Reference {
 public:
  using Reference::Reference;

  larder_status drain(std::uint64_t) noexcept override {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return LARDER_OK;
  }
};

// Keeps answering after drain().
void drainedStillAnswers(larder_backend& table) {
  table.drain = [](void*, std::uint64_t) -> larder_status { return LARDER_OK; };
}

// Leaks a file descriptor.
class LeaksFiles final : public Reference {
 public:
  LeaksFiles(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    [[maybe_unused]] const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
};

// Leaks a thread.
class LeaksThreads final : public Reference {
 public:
  LeaksThreads(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::thread(::pause).detach();
  }
};

// Its thread accepts signals meant for the host.
class ThreadTakesSignals final : public AsyncReference {
 public:
  ThreadTakesSignals(plugin::Host host, const plugin::Settings& settings)
      : AsyncReference(host, settings, {true, false}) {}
};

// Its thread has no name.
class ThreadWithoutAName final : public AsyncReference {
 public:
  ThreadWithoutAName(plugin::Host host, const plugin::Settings& settings)
      : AsyncReference(host, settings, {false, true}) {}
};

decltype(larder_backend::stats) correct_stats = nullptr;

// Writes a counter of a later minor without checking the struct's size.
void statsPastTheirEnd(larder_backend& table) {
  correct_stats = table.stats;
  table.stats = [](void* self, larder_stats* stats) {
    correct_stats(self, stats);
    std::memset(stats + 1, 0, sizeof(std::uint64_t));
  };
}

// Fills statistics only if the struct has exactly the size that it was built with.
void statsTakeALongerStructForNone(larder_backend& table) {
  correct_stats = table.stats;
  table.stats = [](void* self, larder_stats* stats) {
    if (stats->struct_size == sizeof *stats) correct_stats(self, stats);
  };
}

}  // namespace

void lifeFaults(Faults& faults) {
  faults.push_back(brokenTable<statsPastTheirEnd>("stats_past_their_end"));
  faults.push_back(brokenTable<statsTakeALongerStructForNone>("stats_take_a_longer_struct_for_none"));
  faults.push_back(brokenClass<StatsBlock>("stats_block"));
  faults.push_back(brokenClass<StatsGoDown>("stats_go_down"));
  faults.push_back(brokenClass<StatsMiscount>("stats_miscount"));
  faults.push_back(brokenClass<WritesAnswersOfOthers>("writes_answers_of_others"));
  faults.push_back(brokenClass<WritesPastTheOperation>("writes_past_the_operation"));
  faults.push_back(brokenClass<DrainDropsWhatIsPending>("drain_drops_what_is_pending"));
  faults.push_back(brokenClass<DrainHangs>("drain_hangs"));
  faults.push_back(brokenClass<DrainOverruns>("drain_overruns"));
  faults.push_back(brokenTable<drainedStillAnswers>("drained_still_answers"));
  faults.push_back(brokenClass<LeaksFiles>("leaks_files"));
  faults.push_back(brokenClass<LeaksThreads>("leaks_threads"));
  faults.push_back(brokenClass<ThreadTakesSignals>("thread_takes_signals"));
  faults.push_back(brokenClass<ThreadWithoutAName>("thread_without_a_name"));
}

}  // namespace larder::broken
