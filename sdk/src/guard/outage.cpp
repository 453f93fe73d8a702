// SPDX-License-Identifier: Apache-2.0
#include "guard/outage.hpp"

#include <algorithm>

namespace larder {
namespace {

// Returns true if the store did not answer, or is unusable. A rejected value, such as one too large, is no
// outage.
bool tellsOfAnOutage(Status status) {
  switch (status) {
    case Status::unavailable:
    case Status::overloaded:
    case Status::unknownResult:
    case Status::deadline:
    case Status::auth:
    case Status::protocol:
    case Status::closed:
    case Status::internal: return true;
    default: return false;
  }
}

}  // namespace

bool answered(std::span<const Outcome> outcomes) {
  return std::any_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& outcome) { return !tellsOfAnOutage(outcome.status); });
}

}  // namespace larder
