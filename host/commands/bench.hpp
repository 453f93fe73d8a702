// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BENCH_HPP
#define LARDER_COMMANDS_BENCH_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "commands/bench_load.hpp"
#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// How a thread of `larder bench` waits: for one operation, or for the completions of several.
enum class BenchMode { blocking, callback };

/// The load of `larder bench`.
struct BenchOptions {
  std::string plugin;             ///< name, path or URL
  bool direct = false;            ///< use the lru plugin that is linked into the program
  std::vector<std::string> sets;  ///< the backend's options: NAME=VALUE
  unsigned threads = 4;
  std::chrono::milliseconds duration{5000};
  std::chrono::milliseconds warmUp{1000};  ///< with the same load, not counted
  std::uint32_t keys = 100'000;
  std::size_t valueSize = 100;  ///< bytes
  BenchMix mix;
  double zipf = 0.99;
  BenchMode mode = BenchMode::blocking;
  std::size_t outstanding = 16;  ///< operations in flight per thread, with callbacks
  double rate = 0;  ///< requests per second of all threads, sent whether or not earlier ones were answered;
                    ///< 0: as fast as possible
  TableFormat format = TableFormat::table;
  std::string plot;  ///< an SVG file to draw latencies and the rate over time to, or empty
};

/// Stores every key once, runs the load, and prints operations per second, latencies, processor time, hits
/// and misses to stdout, and may plot them. Uses its own namespace, cleared before and after. Throws
/// std::invalid_argument if `direct` is set for a plugin that is not linked in, std::runtime_error if the
/// backend does not answer, operations failed or the plot cannot be written, and what opening a backend
/// throws.
void bench(const BenchOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
