// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REQUEST_HPP
#define LARDER_REDIS_REQUEST_HPP

#include "generation.hpp"

#include <cstdint>
#include <larder/async/pending_operations.hpp>
#include <list>

namespace larder::redis {

/// One accepted operation, from submit until Redis has replied.
struct Request : plugin::PendingOperation {
  // As last sent.
  bool encoded = false;
  std::uint64_t streamOffset = 0;  ///< of the first byte in the connection's output
  std::uint64_t version = 0;       ///< the version that it stores
  Generation generation{};         ///< the generation that it was sent to
  int redone = 0;                  ///< how often that generation turned out to be stale

  /// Makes the object of an earlier operation that of a new one.
  void reset() {
    encoded = false;
    streamOffset = 0;
    version = 0;
    generation = {};
    redone = 0;
  }
};

using Requests = std::list<Request>;
using RequestRef = Requests::iterator;

}  // namespace larder::redis

#endif
