// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_POCO_HANDLERS_CAPTURED_REQUEST_HPP
#define LARDER_POCO_HANDLERS_CAPTURED_REQUEST_HPP

#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/SocketAddress.h>

#include <istream>
#include <memory>
#include <sstream>

namespace larder::http {

/// The parts of a request except the body, kept as long as they are needed: the server's own request is
/// destroyed with its response.
struct RequestHead {
  explicit RequestHead(const Poco::Net::HTTPServerRequest& request);

  Poco::Net::HTTPRequest head;
  Poco::Net::SocketAddress client;
  Poco::Net::SocketAddress server;
  std::shared_ptr<const Poco::Net::HTTPServerParams> parameters;
  bool secure;
};

/// The request for a handler whose response is captured.
class CapturedRequest final : public Poco::Net::HTTPServerRequest {
 public:
  /// Both arguments must outlive the request.
  CapturedRequest(const RequestHead& from, Poco::Net::HTTPServerResponse& response);

  std::istream& stream() override { return nothing_; }
  const Poco::Net::SocketAddress& clientAddress() const override { return from_.client; }
  const Poco::Net::SocketAddress& serverAddress() const override { return from_.server; }
  const Poco::Net::HTTPServerParams& serverParams() const override { return *from_.parameters; }
  Poco::Net::HTTPServerResponse& response() const override { return response_; }
  bool secure() const override { return from_.secure; }

 private:
  const RequestHead& from_;
  Poco::Net::HTTPServerResponse& response_;
  std::istringstream nothing_;
};

}  // namespace larder::http

#endif
