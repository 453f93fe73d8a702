// SPDX-License-Identifier: Apache-2.0
#include "poco_handlers/captured_request.hpp"

namespace larder::http {
namespace {

// Poco's AutoPtr cannot hold a const object.
std::shared_ptr<const Poco::Net::HTTPServerParams> kept(const Poco::Net::HTTPServerParams& parameters) {
  parameters.duplicate();
  return {&parameters, [](const auto* counted) { counted->release(); }};
}

}  // namespace

RequestHead::RequestHead(const Poco::Net::HTTPServerRequest& request)
    : head(request),
      client(request.clientAddress()),
      server(request.serverAddress()),
      parameters(kept(request.serverParams())),
      secure(request.secure()) {}

// HTTPServerRequest cannot be copied, but its base can.
CapturedRequest::CapturedRequest(const RequestHead& from, Poco::Net::HTTPServerResponse& response)
    : from_(from), response_(response) {
  static_cast<Poco::Net::HTTPRequest&>(*this) = from.head;
}

}  // namespace larder::http
