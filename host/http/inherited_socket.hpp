// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_INHERITED_SOCKET_HPP
#define LARDER_HTTP_INHERITED_SOCKET_HPP

#include <string>

#include "http/descriptor.hpp"

namespace larder::http {

/// A listening socket that a service manager gave the process at its start, by LISTEN_PID, LISTEN_FDS and
/// LISTEN_FDNAMES (sd_listen_fds(3)): the first of that name, or the first one if `name` is empty. What is
/// returned is a duplicate. Throws std::runtime_error if there is none, or it does not listen for streams.
Descriptor inheritedSocket(const std::string& name);

}  // namespace larder::http

#endif
