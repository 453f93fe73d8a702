// SPDX-License-Identifier: Apache-2.0
#include "http/poco_request.hpp"

#include <stdexcept>
#include <utility>

namespace larder::http {

std::optional<Request> requestOf(const Poco::Net::HTTPServerRequest& from, std::string body) {
  auto request = Request::of(from.getMethod(), from.getURI(), std::move(body));
  try {
    for (const auto& [name, value] : from) request.headers.add(name, value);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
  request.clientAddress = from.clientAddress().host().toString();
  return request;
}

}  // namespace larder::http
