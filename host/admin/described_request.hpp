// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_DESCRIBED_REQUEST_HPP
#define LARDER_ADMIN_DESCRIBED_REQUEST_HPP

#include <nlohmann/json.hpp>
#include <string>

#include <larder/http/request.hpp>
#include "config/config.hpp"

namespace larder::host {

/// Returns the request to the main listener that a client of the API describes:
///
///     {"url": "/users?limit=5", "method": "GET", "headers": {"Accept": "application/json"}}
///
/// `url` is a path, or begins with http:// or https:// and a host. Header values are strings or lists of
/// strings. The key of a response includes a host: if neither a header nor the url gives one, the request is
/// for the first of `server.origin.hosts`, or else for the address of `server` as its clients name it.
///
/// Throws std::invalid_argument with the reason.
http::Request describedRequest(const nlohmann::ordered_json& description, const ServerConfig& server);

/// Returns the same from the query of a GET: `url`, `method` and any number of `header=Name: value`.
http::Request describedRequest(const http::Request& query, const ServerConfig& server);

}  // namespace larder::host

#endif
