// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BENCH_MEMCACHED_SYSTEM_CALLS_HPP
#define LARDER_BENCH_MEMCACHED_SYSTEM_CALLS_HPP

#include <cstdint>

namespace larder::memcached_bench {

/// How often this process has called functions of libc's that send, and that receive or wait for a socket.
struct SystemCalls {
  std::uint64_t sends = 0;
  std::uint64_t receives = 0;
};

/// Of all threads so far. Any thread.
SystemCalls systemCalls();

}  // namespace larder::memcached_bench

#endif
