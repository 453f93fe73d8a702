// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_COUNTERS_HPP
#define LARDER_REDIS_COUNTERS_HPP

#include <larder/async/operation_counters.hpp>

#include <atomic>
#include <cstdint>

namespace larder::redis {

/// The counters of a connection. Any thread may read them.
struct Counters : plugin::OperationCounters {
  std::atomic<std::uint64_t> refusals{0};  ///< connections dropped over replies like READONLY
};

}  // namespace larder::redis

#endif
