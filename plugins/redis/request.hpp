// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REQUEST_HPP
#define LARDER_REDIS_REQUEST_HPP

#include <larder/async/waiter.hpp>
#include "generation.hpp"

#include <larder/abi.h>

#include <cstdint>
#include <list>

namespace larder::redis {

/// One accepted operation, from submit until Redis has replied.
struct Request {
  larder_op* op = nullptr;           ///< nullptr once completed; the request then only keeps its place
  plugin::Waiter* waiter = nullptr;  ///< nullptr: op->complete is called
  larder_status* result = nullptr;   ///< set with a waiter
  std::uint64_t deadlineNs = 0;      ///< always set

  // As last sent.
  bool encoded = false;
  std::uint64_t streamOffset = 0;  ///< of the first byte in the connection's output
  std::uint64_t version = 0;       ///< the version that it stores
  Generation generation{};         ///< the generation that it was sent to
  int redone = 0;                  ///< how often that generation turned out to be stale
};

using Requests = std::list<Request>;
using RequestRef = Requests::iterator;

}  // namespace larder::redis

#endif
