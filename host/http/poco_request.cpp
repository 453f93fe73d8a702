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
  const auto& client = from.clientAddress();
  if (client.family() != Poco::Net::SocketAddress::UNIX_LOCAL)
    request.clientAddress = client.host().toString();
  request.secure = from.secure();
  return request;
}

}  // namespace larder::http
