// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_DESCRIBED_REQUEST_HPP
#define LARDER_ADMIN_DESCRIBED_REQUEST_HPP

#include <nlohmann/json.hpp>
#include <string>

#include <larder/http/request.hpp>

namespace larder::host {

/// A request to the main listener that somebody asks about:
///
///     {"url": "/users?limit=5", "method": "GET", "headers": {"Accept": "application/json"}}
///
/// `url` is a path or begins with http:// and a host. Header values are texts or lists of them. Where neither
/// a header nor the url says a host, `host` is it: the key of a response is of one host.
///
/// Throws std::invalid_argument, which says what is wrong.
http::Request describedRequest(const nlohmann::ordered_json& description, const std::string& host);

/// The same from the query of a GET: `url`, `method` and any number of `header=Name: value`.
http::Request describedRequest(const http::Request& query, const std::string& host);

}  // namespace larder::host

#endif
