// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_WRITE_OBSERVER_HPP
#define LARDER_HTTP_WRITE_OBSERVER_HPP

#include <larder/status.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace larder::http {

/// What a write to a route invalidates. Borrowed for the duration of the call.
struct WriteInvalidates {
  std::string_view route;                ///< "PUT /users/{id}"
  std::span<const std::string> tags;     ///< may be empty if `targets` is not
  std::span<const std::string> targets;  ///< paths with queries whose stored responses are erased
};

/// Observes the invalidations that writes to an App's routes cause. Called on the threads that run handlers,
/// on several at once; must neither throw nor block.
class WriteObserver {
 public:
  virtual ~WriteObserver() = default;
  /// Called before the backend is asked. Returns a number of the observer's choice, for invalidated().
  virtual std::uint64_t invalidating(const WriteInvalidates& what) = 0;
  /// Called when the backend has answered. Any status but ok means that a part waits to be retried.
  virtual void invalidated(std::uint64_t number, Status status) = 0;
};

}  // namespace larder::http

#endif
