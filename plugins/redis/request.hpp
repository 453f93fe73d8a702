// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_REDIS_REQUEST_HPP
#define LARDER_REDIS_REQUEST_HPP

#include "generation.hpp"
#include "waiter.hpp"

#include <larder/abi.h>

#include <cstdint>
#include <list>

namespace larder::redis {

/// One accepted operation, from submit until Redis has answered.
struct Request {
  larder_op* op = nullptr;          ///< nullptr once completed: then it only keeps its place in the pipeline
  Waiter* waiter = nullptr;         ///< nullptr: op->complete is called
  larder_status* result = nullptr;  ///< with a waiter
  std::uint64_t deadlineNs = 0;     ///< always set

  // As sent last.
  bool encoded = false;
  std::uint64_t streamOffset = 0;  ///< of its first byte in the connection's output
  std::uint64_t version = 0;       ///< of a SET
  Generation generation{};         ///< of its namespace
  int redone = 0;                  ///< how often that generation turned out to be over
};

using Requests = std::list<Request>;
using RequestRef = Requests::iterator;

}  // namespace larder::redis

#endif
