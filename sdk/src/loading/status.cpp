// SPDX-License-Identifier: Apache-2.0
#include <larder/status.hpp>

namespace larder {

std::string_view toString(Status status) {
  switch (status) {
    case Status::ok: return "ok";
    case Status::miss: return "miss";
    case Status::notStored: return "not stored";
    case Status::unavailable: return "unavailable";
    case Status::overloaded: return "overloaded";
    case Status::unknownResult: return "unknown result";
    case Status::deadline: return "deadline passed";
    case Status::cancelled: return "cancelled";
    case Status::tooLarge: return "too large";
    case Status::noMemory: return "out of memory";
    case Status::auth: return "credentials refused";
    case Status::protocol: return "protocol error";
    case Status::closed: return "closed";
    case Status::config: return "wrong setting";
    case Status::invalid: return "invalid operation";
    case Status::unsupported: return "unsupported";
    case Status::internal: return "internal fault";
  }
  return "unknown status";
}

Status fromAbi(larder_status status) {
  if (status >= LARDER_INTERNAL && status <= LARDER_NOT_STORED) return static_cast<Status>(status);
  return status < 0 ? Status::internal : Status::miss;
}

}  // namespace larder
