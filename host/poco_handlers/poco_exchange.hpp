// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_POCO_HANDLERS_POCO_EXCHANGE_HPP
#define LARDER_POCO_HANDLERS_POCO_EXCHANGE_HPP

#include <larder/policy.hpp>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <thread>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "poco_handlers/captured_request.hpp"
#include "poco_handlers/captured_response.hpp"

namespace larder::http {

/// Returns the handler for a request; called when the handler has to run. Null: there is none.
using MakeHandler =
    std::function<std::shared_ptr<Poco::Net::HTTPRequestHandler>(const Poco::Net::HTTPServerRequest&)>;

/// One request to a cached route of a Poco application: the data to run its handler with, and whether the
/// handler has answered the client itself.
///
/// The server's own request and response exist only during the call on the thread that created the exchange.
/// A background refresh runs the handler on another thread, perhaps later, and touches neither.
class PocoExchange {
 public:
  /// `limit` is the number of bytes of a body to capture.
  PocoExchange(MakeHandler make, const CachePolicy& policy, std::size_t limit,
               Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to);

  /// Runs the handler with the server's request and the conditions of `request`. Propagates the handler's
  /// exceptions.
  Response run(const Request& request);

  /// Returns true if the client has been answered, or will not be: the handler wrote to it, or did not answer
  /// at all. Throws the exception that cut such a response short. Call it on the thread that created the
  /// exchange.
  bool isOver() const;

 private:
  Response answerHead(const Request& request);
  Response answerGet(const Request& request);
  Response capture(const Request& asked, Capture how);
  std::string_view reasonToPass(const Response& head) const;

  const MakeHandler make_;
  const CachePolicy& policy_;
  const std::size_t limit_;
  const std::thread::id caller_ = std::this_thread::get_id();
  Poco::Net::HTTPServerRequest& from_;
  Poco::Net::HTTPServerResponse& to_;
  const RequestHead head_;
  bool over_ = false;  // this and the next: used only by the creating thread
  std::exception_ptr cut_;
};

/// A stream of events has no end to wait for.
bool isEventStream(const Headers& headers);

/// Returns Poco's response for a factory that returns no handler.
Response notImplemented();

}  // namespace larder::http

#endif
