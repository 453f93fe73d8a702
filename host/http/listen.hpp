// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_LISTEN_HPP
#define LARDER_HTTP_LISTEN_HPP

#include <Poco/Net/ServerSocket.h>

#include <string>

namespace larder::http {

/// A socket that listens on `address`, host:port, for itself alone. Throws std::invalid_argument if that is
/// no address, std::runtime_error if it can't be bound; the message begins with `key`.
Poco::Net::ServerSocket listenOn(const std::string& key, const std::string& address);

}  // namespace larder::http

#endif
