// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_FAULT_LOG_HPP
#define LARDER_BACKEND_FAULT_LOG_HPP

#include <string_view>

namespace larder {

/// Logs exceptions that must not propagate into a plugin. Thread-safe.
class FaultLog {
 public:
  virtual ~FaultLog() = default;
  /// Logs the exception being handled, which `source` threw. Call from a catch block.
  virtual void logCaught(std::string_view source) noexcept = 0;
};

}  // namespace larder

#endif
