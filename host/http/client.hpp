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

/// A socket that was accepted and is nobody's yet. It goes from one loop's thread to another's, and so is no
/// Poco::Net::Socket, which moves by sharing its counted implementation.
struct Newcomer {
  Descriptor socket;
  std::string address;
};

/// A connection with its socket, and what its event loop knows about both. The loop's alone: what answers a
/// request on another thread holds a reference to it and looks at nothing.
struct Client : DeadlineEntry {
  /// What it is waited for, each with a time limit of its own.
  enum class Wait { nothing, idle, head, body, handler, write, linger };

  Client(Newcomer newcomer, const RequestLimits& limits, const std::string& date,
         std::shared_ptr<BodyBudget> bodies)
      : socket(new Poco::Net::StreamSocketImpl(newcomer.socket.release())),
        connection(limits, std::move(newcomer.address), date, std::move(bodies)) {}

  int descriptor() const { return socket.impl()->sockfd(); }

  Poco::Net::StreamSocket socket;
  Connection connection;
  std::size_t place = 0;  // among the loop's clients
  bool open = true;
  bool readable = false;       // the kernel may have bytes of it, or its end
  bool mayHaveEnded = false;   // the kernel said so
  bool watchesOutput = false;  // told when there is room for output
  bool lingers = false;        // we have ended it, the client has not
  bool queued = false;         // goes on in the loop's next turn
  Wait wait = Wait::nothing;
  std::uint64_t waitsFor = 0;  // which of the things of that kind
  std::uint64_t sent = 0;      // bytes
};

}  // namespace larder::http

#endif
