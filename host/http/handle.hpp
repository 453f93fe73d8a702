// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HANDLE_HPP
#define LARDER_HTTP_HANDLE_HPP

#include <functional>

#include "http/request.hpp"
#include "http/response.hpp"

namespace larder::http {

/// Takes the response to one request: called once, on any thread, perhaps before the Handle that got it
/// returns, perhaps after the server has ended. Does not wait and does not throw.
using Respond = std::function<void(Response)>;

/// What a server calls for each request, on a thread that must not wait. Does not throw.
using Handle = std::function<void(Request, Respond)>;

}  // namespace larder::http

#endif
