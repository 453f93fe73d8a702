// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_DESCRIBED_REQUEST_HPP
#define LARDER_ADMIN_DESCRIBED_REQUEST_HPP

#include <nlohmann/json.hpp>
#include <string>

#include <larder/http/request.hpp>
#include "config/config.hpp"

namespace larder::host {

/// A request to the main listener that somebody asks about:
///
///     {"url": "/users?limit=5", "method": "GET", "headers": {"Accept": "application/json"}}
///
/// `url` is a path or begins with http:// or https:// and a host. Header values are texts or lists of them.
/// The key of a response is of one host: where neither a header nor the url says it, the request is for the
/// first of `server.origin.hosts`, or else the address of `server`, as clients of that name it.
///
/// Throws std::invalid_argument, which says what is wrong.
http::Request describedRequest(const nlohmann::ordered_json& description, const ServerConfig& server);

/// The same from the query of a GET: `url`, `method` and any number of `header=Name: value`.
http::Request describedRequest(const http::Request& query, const ServerConfig& server);

}  // namespace larder::host

#endif
