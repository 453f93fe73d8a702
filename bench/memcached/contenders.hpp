// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BENCH_MEMCACHED_CONTENDERS_HPP
#define LARDER_BENCH_MEMCACHED_CONTENDERS_HPP

#include "../client_load.hpp"

#include <cstddef>
#include <string>

namespace larder::memcached_bench {

/// Store values of `bytes` bytes. Throw std::runtime_error.
bench::Contender handlePerThread(const std::string& server, std::size_t bytes);
bench::Contender poolOfEight(const std::string& server, std::size_t bytes);

}  // namespace larder::memcached_bench

#endif
