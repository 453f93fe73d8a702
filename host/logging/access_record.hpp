// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGGING_ACCESS_RECORD_HPP
#define LARDER_LOGGING_ACCESS_RECORD_HPP

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace larder::host {

/// One request that was answered.
struct AccessRecord {
  std::chrono::milliseconds time{0};  ///< of its arrival, from 1970 UTC
  std::chrono::microseconds took{0};
  std::string client{};
  std::string method{};
  std::string target{};
  int status = 0;
  std::size_t bytes = 0;      ///< of the response's body; 0 where none is sent
  std::string_view cache{};   ///< what it did, "hit"
  std::string cacheStatus{};  ///< the response's Cache-Status, which says why; empty if it has none
  std::string traceId{};      ///< 32 hex digits, if it is traced or its client sent one; else empty
};

}  // namespace larder::host

#endif
