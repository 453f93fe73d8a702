// SPDX-License-Identifier: Apache-2.0
#include "poco_handlers/poco_exchange.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <larder/http/cacheability.hpp>

namespace larder::http {
namespace {

constexpr std::array<const char*, 2> kConditions{"If-None-Match", "If-Modified-Since"};

template <class Headers>
bool isConditional(const Headers& headers) {
  return std::any_of(kConditions.begin(), kConditions.end(),
                     [&headers](const char* name) { return headers.has(name); });
}

// Makes the handler produce a complete response to store. The client's conditions are evaluated afterwards.
RequestHead unconditional(const Poco::Net::HTTPServerRequest& request) {
  RequestHead copy(request);
  for (const auto* name : kConditions) copy.head.erase(name);
  return copy;
}

std::string forwarded(const CachePolicy& policy, const Request& request, std::string_view why) {
  const bool reload = policy.honoursClient() && asksForNew(request);
  return "larder; fwd=" + std::string(reload ? "request" : "uri-miss") + "; detail=\"" + std::string(why) +
         '"';
}

Response notToBeStored(Response response) {
  response.caching.skip = true;
  return response;
}

}  // namespace

bool isEventStream(const Headers& headers) {
  const auto type = headers.get("Content-Type").value_or("");
  return equalsIgnoreCase(type.substr(0, type.find_first_of("; ")), "text/event-stream");
}

PocoExchange::PocoExchange(MakeHandler make, const CachePolicy& policy, std::size_t limit,
                           Poco::Net::HTTPServerRequest& from, Poco::Net::HTTPServerResponse& to)
    : make_(std::move(make)),
      policy_(policy),
      limit_(limit),
      from_(from),
      to_(to),
      head_(unconditional(from)) {}

Response PocoExchange::run(const Request& request) {
  if (std::this_thread::get_id() != caller_) return capture(request, {.limit = limit_});
  return request.method == Poco::Net::HTTPRequest::HTTP_HEAD ? answerHead(request) : answerGet(request);
}

bool PocoExchange::isOver() const {
  if (cut_) std::rethrow_exception(cut_);
  return over_;
}

// The response to a HEAD is not stored, so nothing is captured.
Response PocoExchange::answerHead(const Request& request) {
  const auto handler = make_(from_);
  if (!handler) return notImplemented();
  over_ = true;
  to_.set("Cache-Status", forwarded(policy_, request, "head"));
  handler->handleRequest(from_, to_);
  return notToBeStored({});
}

Response PocoExchange::answerGet(const Request& request) {
  try {
    return capture(request, {.client = &to_,
                             .limit = limit_,
                             .reasonToPass = [this](const Response& head) { return reasonToPass(head); },
                             .beforePass =
                                 [&](const Response&, std::string_view why) {
                                   over_ = true;
                                   to_.set("Cache-Status", forwarded(policy_, request, why));
                                 }});
  } catch (...) {
    if (over_)
      cut_ = std::current_exception();  // the cache may have a stale response, but the client has already
                                        // received part of this one
    throw;
  }
}

// The conditions in `asked` refer to the stored response.
Response PocoExchange::capture(const Request& asked, Capture how) {
  const bool here = how.client != nullptr;
  CapturedResponse response(std::move(how));
  CapturedRequest request(head_, response);
  for (const auto* name : kConditions)
    if (const auto value = asked.headers.get(name)) request.set(name, std::string(*value));
  const auto handler = make_(request);
  if (!handler) return notImplemented();
  handler->handleRequest(request, response);
  if (response.sent() && !response.passed()) return response.take();
  if (here) over_ = true;  // without a call to send(), Poco sends no response, and neither does this
  return notToBeStored({static_cast<int>(response.getStatus()), {}, {}});
}

// A response that will not be stored is streamed, so that a long one reaches the client in time. The
// exceptions are responses that may be replaced: a 304, or an error that staleIfError may cover.
std::string_view PocoExchange::reasonToPass(const Response& head) const {
  if (isEventStream(head.headers)) return "stream";
  if (head.status == 304 || (head.status == 200 && isConditional(from_))) return {};
  const bool may_stand_in =
      policy_.renewal().staleIfError.count() > 0 || policy_.responseRule() == ResponseRule::decides;
  if (head.status >= 500 && may_stand_in) return {};
  return reasonNotToStore(policy_, head);
}

Response notImplemented() {
  return notToBeStored(Response::problem(501, "not-implemented", "Not Implemented",
                                         "The application has no handler for this request."));
}

}  // namespace larder::http
