// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_STATUS_HPP
#define LARDER_STATUS_HPP

#include <larder/abi.h>

#include <cstdint>
#include <string_view>

namespace larder {

/// The outcome of one cache operation; the values are those of abi.h.
enum class Status : std::int32_t {
  ok = LARDER_OK,
  miss = LARDER_MISS,
  notStored = LARDER_NOT_STORED,
  unavailable = LARDER_UNAVAILABLE,
  overloaded = LARDER_OVERLOADED,
  unknownResult = LARDER_UNKNOWN_RESULT,
  deadline = LARDER_DEADLINE,
  cancelled = LARDER_CANCELLED,
  tooLarge = LARDER_TOO_LARGE,
  noMemory = LARDER_NO_MEMORY,
  auth = LARDER_AUTH,
  protocol = LARDER_PROTOCOL,
  closed = LARDER_CLOSED,
  config = LARDER_CONFIG,
  invalid = LARDER_INVALID,
  unsupported = LARDER_UNSUPPORTED,
  internal = LARDER_INTERNAL,
};

/// Returns true for failures; a miss and a condition that did not hold are not failures.
constexpr bool failed(Status status) { return static_cast<std::int32_t>(status) < 0; }

/// Returns true if the operation certainly did not happen, so that a retry is safe.
constexpr bool nothingSent(Status status) {
  return status == Status::unavailable || status == Status::overloaded;
}

/// Returns the name: "unavailable", "deadline" ...
std::string_view toString(Status status);

/// Converts a plugin's status. An unknown failure becomes internal, any other unknown status a miss.
Status fromAbi(larder_status status);

}  // namespace larder

#endif
