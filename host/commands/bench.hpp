// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_BENCH_HPP
#define LARDER_COMMANDS_BENCH_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "config/load_config.hpp"

namespace larder::host {

enum class BenchFormat { table, tsv };

/// What `larder bench` puts on a backend: threads that look keys up as a cache does, and store what was
/// missing; the part of operations that are not reads are stores.
struct BenchOptions {
  std::string plugin;             ///< name or absolute path
  std::vector<std::string> sets;  ///< the backend's options: NAME=VALUE
  unsigned threads = 4;
  std::chrono::milliseconds duration{5000};
  std::uint32_t keys = 100'000;
  std::size_t valueSize = 100;  ///< bytes
  double reads = 0.9;           ///< 0 to 1
  double zipf = 0.99;
  BenchFormat format = BenchFormat::table;
};

/// Runs it, and prints operations per second, latencies and the part of hits to stdout. Uses a namespace of
/// its own, emptied before and after. Throws std::runtime_error if the backend does not answer, or operations
/// failed, besides what opening a backend throws.
void bench(const BenchOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
