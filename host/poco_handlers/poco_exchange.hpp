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

/// The handler for a request, made when it has to run. Null: there is none.
using MakeHandler =
    std::function<std::shared_ptr<Poco::Net::HTTPRequestHandler>(const Poco::Net::HTTPServerRequest&)>;

/// One request to a cached route of a Poco application: what its handler has to be given if it runs, and
/// whether it has answered the client by itself.
///
/// The server's own request and response live as long as the call on the thread that made the exchange; a
/// renewal in the background runs the handler on another thread, perhaps later, and touches neither.
class PocoExchange {
 public:
  /// `limit`: bytes of a body that are held back.
  PocoExchange(MakeHandler make, const CachePolicy& policy, std::size_t limit,
               Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to);

  /// Runs the handler, which gets the server's request with the conditions of `request`. Throws what it
  /// throws.
  Response run(const Request& request);

  /// True if the client has been answered, or will not be: the handler wrote to it, or did not answer at all.
  /// Throws what cut such an answer short. On the thread that made the exchange.
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
  bool over_ = false;  // the caller's alone, as the next
  std::exception_ptr cut_;
};

/// A stream of events has no end to wait for.
bool isEventStream(const Headers& headers);

/// What Poco answers where a factory makes no handler.
Response notImplemented();

}  // namespace larder::http

#endif
