// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_FAULT_LOG_HPP
#define LARDER_BACKEND_FAULT_LOG_HPP

#include <string_view>

namespace larder {

/// Where an exception ends that must not pass into a plugin. Thread-safe.
class FaultLog {
 public:
  virtual ~FaultLog() = default;
  /// From a catch block: logs what is being handled, thrown by `source`.
  virtual void logCaught(std::string_view source) noexcept = 0;
};

}  // namespace larder

#endif
