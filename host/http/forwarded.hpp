// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_FORWARDED_HPP
#define LARDER_HTTP_FORWARDED_HPP

#include <larder/http/headers.hpp>

#include <string>
#include <vector>

namespace larder::http {

/// What one proxy reports about its client. A member is empty if the proxy does not report it.
struct Hop {
  std::string client;  ///< as written
  std::string scheme;
};

/// Reads X-Forwarded-For and X-Forwarded-Proto; the nearest proxy is last. If there are fewer schemes than
/// clients, the last scheme belongs to the last client, and the first scheme to all clients before it.
std::vector<Hop> hopsOfXForwarded(const Headers& headers);

/// Reads Forwarded (RFC 7239); the nearest proxy is last.
std::vector<Hop> hopsOfForwarded(const Headers& headers);

}  // namespace larder::http

#endif
