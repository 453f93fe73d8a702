// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HANDLE_HPP
#define LARDER_HTTP_HANDLE_HPP

#include <functional>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// Takes the response to one request: called once, on any thread, perhaps before the Handle that got it
/// returns, perhaps after the server has ended. Does not wait and does not throw.
using Respond = std::function<void(Response)>;

/// Where the response to one request goes: to one of these two, once. For the length of a Handle's call.
class Responder {
 public:
  /// Takes a response that is there at once: nothing has to outlive the call, so nothing is allocated for it.
  virtual void respond(Response&& response) = 0;
  /// For one that comes later.
  virtual Respond later() = 0;

 protected:
  Responder() = default;
  Responder(const Responder&) = default;
  Responder& operator=(const Responder&) = default;
  ~Responder() = default;
};

/// What a server calls for each request, on a thread that must not wait. May take the request over. Does not
/// throw.
using Handle = std::function<void(Request&&, Responder&)>;

}  // namespace larder::http

#endif
