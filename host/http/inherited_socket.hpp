// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_INHERITED_SOCKET_HPP
#define LARDER_HTTP_INHERITED_SOCKET_HPP

#include <string>

#include "http/descriptor.hpp"

namespace larder::http {

/// Returns a duplicate of a listening socket that the service manager passed to the process in LISTEN_PID,
/// LISTEN_FDS and LISTEN_FDNAMES (sd_listen_fds(3)): the first one called `name`, or simply the first if
/// `name` is empty. Throws std::runtime_error if there is none, or it is not a listening stream socket.
Descriptor inheritedSocket(const std::string& name);

}  // namespace larder::http

#endif
