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

/// What a request without a body consists of, for as long as it is needed: the server's own ends with its
/// answer.
struct RequestHead {
  explicit RequestHead(const Poco::Net::HTTPServerRequest& request);

  Poco::Net::HTTPRequest head;
  Poco::Net::SocketAddress client;
  Poco::Net::SocketAddress server;
  std::shared_ptr<const Poco::Net::HTTPServerParams> parameters;
  bool secure;
};

/// The request that a handler gets whose answer is taken down.
class CapturedRequest final : public Poco::Net::HTTPServerRequest {
 public:
  /// Both must outlive it.
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
