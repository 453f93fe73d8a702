// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_FORWARDED_HPP
#define LARDER_HTTP_FORWARDED_HPP

#include <larder/http/headers.hpp>

#include <string>
#include <vector>

namespace larder::http {

/// What one proxy says of whom it forwards for. Empty where it says nothing.
struct Hop {
  std::string client;  ///< as it was written
  std::string scheme;
};

/// Of X-Forwarded-For and X-Forwarded-Proto; the nearest proxy is the last. Where there are fewer schemes
/// than clients, the last scheme belongs to the last client, and the first one to all before it.
std::vector<Hop> hopsOfXForwarded(const Headers& headers);

/// Of Forwarded (RFC 7239); the nearest proxy is the last.
std::vector<Hop> hopsOfForwarded(const Headers& headers);

}  // namespace larder::http

#endif
