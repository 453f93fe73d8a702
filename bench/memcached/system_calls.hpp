// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BENCH_MEMCACHED_SYSTEM_CALLS_HPP
#define LARDER_BENCH_MEMCACHED_SYSTEM_CALLS_HPP

#include <cstdint>

namespace larder::memcached_bench {

/// How often this process has called libc functions that send on a socket, and functions that receive from
/// one or wait for one.
struct SystemCalls {
  std::uint64_t sends = 0;
  std::uint64_t receives = 0;
};

/// Returns the counts of all threads so far. Thread-safe.
SystemCalls systemCalls();

}  // namespace larder::memcached_bench

#endif
