// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BENCH_PEERS_HARNESS_HPP
#define LARDER_BENCH_PEERS_HARNESS_HPP

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace larder::peers {

/// One measurement requested by bench/peers/run.py; the drivers in other languages take the same arguments.
struct Load {
  std::vector<std::uint32_t> sequence;  ///< key numbers in request order
  std::uint32_t keys = 0;
  std::uint64_t capacity = 0;  ///< entries
  std::size_t valueSize = 0;
  unsigned threads = 1;
  std::string mix;  ///< get, 95 (95 % gets, 5 % sets) or goi (get, insert on a miss)
  double seconds = 1;
};

/// Returns a key of 20 to 40 bytes, the same in every driver.
inline std::string keyOf(std::uint32_t number) {
  char text[32];
  std::snprintf(text, sizeof text, "user:%015u", number);
  return text + std::string(number % 21, 'x');
}

/// All keys, one per cache line. A request's key is prefetched a few requests ahead, so that it is in the
/// processor's cache as if the program had just built it, and the benchmark measures only the cache.
class Keys {
 public:
  static constexpr std::size_t kAhead = 8;

  explicit Keys(std::uint32_t count) : text_((std::size_t{count} + 1) * kLine) {
    begin_ = text_.data() + (kLine - reinterpret_cast<std::uintptr_t>(text_.data()) % kLine);
    for (std::uint32_t number = 0; number < count; ++number) {
      const std::string key = keyOf(number);
      key.copy(begin_ + number * kLine, key.size());
    }
  }
  std::string_view operator[](std::uint32_t number) const {
    return {begin_ + number * kLine, 20 + number % 21};
  }
  void prefetch(std::uint32_t number) const { __builtin_prefetch(begin_ + number * kLine); }

 private:
  static constexpr std::size_t kLine = 64;
  std::vector<char> text_;
  char* begin_ = nullptr;
};

inline Load readLoad(int argc, char** argv) {
  if (argc != 8)
    throw std::runtime_error("usage: SEQUENCE KEYS CAPACITY VALUE_SIZE THREADS get|95|goi SECONDS");
  Load load;
  std::ifstream file(argv[1], std::ios::binary | std::ios::ate);
  load.sequence.resize(static_cast<std::size_t>(file.tellg()) / sizeof(std::uint32_t));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(load.sequence.data()),
            static_cast<std::streamsize>(load.sequence.size() * sizeof(std::uint32_t)));
  load.keys = static_cast<std::uint32_t>(std::atol(argv[2]));
  load.capacity = static_cast<std::uint64_t>(std::atoll(argv[3]));
  load.valueSize = static_cast<std::size_t>(std::atol(argv[4]));
  load.threads = static_cast<unsigned>(std::atoi(argv[5]));
  load.mix = argv[6];
  load.seconds = std::atof(argv[7]);
  return load;
}

/// Stores every key once, then measures. Prints operations per second, the hit ratio of gets, the bytes that
/// the process grew by while storing, and operations per second of processor time. `Cache` provides bool
/// get(key) and void set(key, value), both thread-safe.
template <class Cache>
void run(const Load& load, Cache& cache) {
  using Clock = std::chrono::steady_clock;
  const auto processorNs = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_nsec);
  };
  const auto resident = [] {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t pages = 0;
    file >> all >> pages;
    return pages * 4096;
  };
  const Keys keys(load.keys);
  const std::string value(load.valueSize, 'v');
  const std::uint64_t before = resident();
  for (std::uint32_t i = load.keys; i-- > 0;) cache.set(keys[i], value);  // the most popular keys last
  const auto grown = static_cast<std::int64_t>(resident() - before);

  // Lets the caches settle and the system finish collapsing huge pages.
  const auto warm_until = Clock::now() + std::chrono::milliseconds(500);
  const auto begin = warm_until;
  const auto end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
  std::atomic<std::uint64_t> operations{0};
  std::atomic<std::uint64_t> gets{0};
  std::atomic<std::uint64_t> hits{0};
  std::atomic<std::uint64_t> processor{0};
  {
    std::vector<std::jthread> threads;
    for (unsigned thread = 0; thread < load.threads; ++thread)
      threads.emplace_back([&, thread] {
        std::size_t next = load.sequence.size() / load.threads * thread;
        std::uint64_t done = 0;
        std::uint64_t asked = 0;
        std::uint64_t found = 0;
        std::uint32_t sets = thread;
        bool counting = false;
        std::uint64_t processor_before = 0;
        for (;;) {
          const auto now = Clock::now();
          if (now >= end) break;
          if (!counting && now >= begin) {
            counting = true;
            processor_before = processorNs();
            done = asked = found = 0;
          }
          for (int i = 0; i < 256; ++i, ++done) {
            const std::string_view key = keys[load.sequence[next]];
            if (++next == load.sequence.size()) next = 0;
            if (next + Keys::kAhead < load.sequence.size()) keys.prefetch(load.sequence[next + Keys::kAhead]);
            if (load.mix == "95" && ++sets % 20 == 0) {
              cache.set(key, value);
              continue;
            }
            ++asked;
            if (cache.get(key))
              ++found;
            else if (load.mix == "goi")
              cache.set(key, value);
          }
        }
        processor += processorNs() - processor_before;
        operations += done;
        gets += asked;
        hits += found;
      });
  }
  std::printf("%.0f %.4f %lld %.0f\n", static_cast<double>(operations.load()) / load.seconds,
              gets == 0 ? 0.0 : static_cast<double>(hits.load()) / static_cast<double>(gets.load()),
              static_cast<long long>(grown),
              static_cast<double>(operations.load()) * 1e9 / static_cast<double>(processor.load()));
}

}  // namespace larder::peers

#endif
