// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_POCO_REQUEST_HPP
#define LARDER_HTTP_POCO_REQUEST_HPP

#include <Poco/Net/HTTPServerRequest.h>

#include <optional>
#include <string>

#include <larder/http/request.hpp>

namespace larder::http {

/// Converts Poco's request to a value, with a body that was read from it. Returns nullopt if a header holds
/// control characters: Poco decodes RFC 2047 words, so a value may hold line ends that were not sent as such.
std::optional<Request> requestOf(const Poco::Net::HTTPServerRequest& from, std::string body);

}  // namespace larder::http

#endif
