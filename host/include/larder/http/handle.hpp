// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HANDLE_HPP
#define LARDER_HTTP_HANDLE_HPP

#include <functional>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::http {

/// Takes the response to one request. Called once, on any thread, possibly before the Handle that received it
/// returns, possibly after the server has ended. Does not block or throw.
using Respond = std::function<void(Response)>;

/// Takes the response to one request, through one of its two functions, once. Valid for the length of a
/// Handle's call.
class Responder {
 public:
  /// Takes an immediate response. Nothing has to outlive the call, so nothing is allocated for it.
  virtual void respond(Response&& response) = 0;
  /// Returns the function that takes a later response.
  virtual Respond later() = 0;
  /// Takes the context of the request's span before either of the others is called, if the request is traced.
  /// For logs.
  virtual void traced(const TraceContext& context) { static_cast<void>(context); }

 protected:
  Responder() = default;
  Responder(const Responder&) = default;
  Responder& operator=(const Responder&) = default;
  ~Responder() = default;
};

/// The function that a server calls for each request, on a thread that must not block. May move from the
/// request. Does not throw.
using Handle = std::function<void(Request&&, Responder&)>;

}  // namespace larder::http

#endif
