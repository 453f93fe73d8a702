// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_SERVER_ADDRESS_HPP
#define LARDER_CONFORMANCE_SERVER_ADDRESS_HPP

#include <functional>
#include <string>
#include <string_view>

namespace larder::conformance {

struct ServerAddress {
  std::string host;  ///< an IPv6 address without its brackets
  std::string port;
};

/// The value of an option in which each server, written HOST:PORT alone, separated by commas or as the
/// authority of a URL, is replaced by what `replacement` says. What names no server comes back as it is.
std::string replaceServers(std::string_view value,
                           const std::function<std::string(const ServerAddress&)>& replacement);

}  // namespace larder::conformance

#endif
