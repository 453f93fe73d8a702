// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CLIENT_HPP
#define LARDER_HTTP_CLIENT_HPP

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "http/connection.hpp"
#include "http/deadline_list.hpp"
#include "http/descriptor.hpp"

namespace larder::http {

/// An accepted socket that no event loop has registered yet. It moves from one loop's thread to another's, so
/// it is not a Poco::Net::Socket, which moves by sharing its reference-counted implementation.
struct Newcomer {
  Descriptor socket;
  std::string address;
};

/// A connection with its socket, and its event loop's state for both. Only the loop's thread may access it:
/// code that answers a request on another thread holds a reference and reads nothing.
struct Client : DeadlineEntry {
  /// The kinds of event that the loop waits for. Each has a time limit of its own.
  enum class Wait { nothing, idle, head, body, handler, write, linger };

  Client(Newcomer newcomer, const RequestLimits& limits, const std::string& date,
         std::shared_ptr<BodyBudget> bodies)
      : socket(new Poco::Net::StreamSocketImpl(newcomer.socket.release())),
        connection(limits, std::move(newcomer.address), date, std::move(bodies)) {}

  int descriptor() const { return socket.impl()->sockfd(); }

  Poco::Net::StreamSocket socket;
  Connection connection;
  std::size_t place = 0;  // index in the loop's clients
  bool open = true;
  bool readable = false;       // the kernel may hold bytes from the client, or the end of its input
  bool mayHaveEnded = false;   // an event reported a possible end of the input
  bool watchesOutput = false;  // registered for events about room for output
  bool lingers = false;        // our side is shut down, the client's is not
  bool queued = false;         // continues in the loop's next turn
  Wait wait = Wait::nothing;
  std::uint64_t waitsFor = 0;  // tells apart waits of the same kind: a new one restarts the deadline
  std::uint64_t sent = 0;      // bytes
};

}  // namespace larder::http

#endif
