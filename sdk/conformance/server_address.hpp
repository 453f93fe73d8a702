// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_SERVER_ADDRESS_HPP
#define LARDER_CONFORMANCE_SERVER_ADDRESS_HPP

#include <functional>
#include <string>
#include <string_view>

namespace larder::conformance {

struct ServerAddress {
  std::string host;  ///< IPv6 addresses without brackets
  std::string port;
};

/// Returns an option's value with each server replaced by the result of `replacement`. Servers are written
/// HOST:PORT, alone, separated by commas or as the authority of a URL. A value that names no server is
/// returned unchanged.
std::string replaceServers(std::string_view value,
                           const std::function<std::string(const ServerAddress&)>& replacement);

}  // namespace larder::conformance

#endif
