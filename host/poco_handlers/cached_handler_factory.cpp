// SPDX-License-Identifier: Apache-2.0
#include <larder/http/cached_handler_factory.hpp>

#include <larder/executor.hpp>

#include <Poco/Delegate.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <larder/http/cacheability.hpp>
#include "app/invalidate_after_write.hpp"
#include "exchange/exchange.hpp"
#include "http/poco_request.hpp"
#include "poco_handlers/poco_exchange.hpp"

namespace larder::http {
namespace {

using Poco::Net::HTTPRequestHandler;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

bool variesByCookie(const CachePolicy& policy) {
  return std::any_of(policy.headers().begin(), policy.headers().end(),
                     [](const auto& name) { return equalsIgnoreCase(name, "Cookie"); });
}

// Returns why the handler must receive the original request; empty if the cache may handle it.
std::string_view reasonToStandAside(const CachePolicy& policy, const Request& request) {
  if (const auto reason = reasonToBypass(policy, request); !reason.empty()) return reason;
  if (hasCredentials(policy, request)) return "authorization";
  if (request.headers.has("Range")) return "range";  // the handler may stream a response too large to store
  if (request.headers.has("Cookie") && !variesByCookie(policy)) return "cookie";
  return request.headers.has("Upgrade") ? "upgrade" : std::string_view();
}

// Runs on this thread, including the handler. Propagates the handler's exceptions.
Response respond(const ResponseCache& responses, const GatePtr& gate, const Endpoint& endpoint,
                 Request request) {
  if (auto found = responses.findFresh(endpoint, request)) return (*std::move(found)).inFull();
  RunLoop loop;
  Response response;
  std::exception_ptr failure;
  const auto done = [&](Response made, const std::exception_ptr& error) {
    response = std::move(made);
    failure = error;
    loop.stop();
  };
  responses.respond(std::make_shared<Exchange>(std::move(request), endpoint, loop, gate, done));
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(response).inFull();
}

// A GET or HEAD that the cache answers, or else the handler returned by `make`.
class CachedHandler final : public HTTPRequestHandler {
 public:
  CachedHandler(const ResponseCache& responses, GatePtr gate, std::size_t limit, const Endpoint& endpoint,
                Cookies cookies, Request request, MakeHandler make)
      : responses_(responses),
        gate_(std::move(gate)),
        limit_(limit),
        endpoint_(endpoint),
        cookies_(cookies),
        request_(std::move(request)),
        head_(request_.method == Poco::Net::HTTPRequest::HTTP_HEAD),
        make_(std::move(make)) {}

  void handleRequest(HTTPServerRequest& from, HTTPServerResponse& to) override {
    if (cookies_ == Cookies::hide && !variesByCookie(*endpoint_.policy)) {
      from.erase("Cookie");
      request_.headers.remove("Cookie");
    }
    request_.secure = from.secure();  // code between the factory and this handler may have better information
    const auto reason = reasonToStandAside(*endpoint_.policy, request_);
    if (!reason.empty()) return standAside(reason, from, to);

    const auto exchange = std::make_shared<PocoExchange>(make_, *endpoint_.policy, limit_, from, to);
    request_.boundExchange = exchange;
    const auto response = respond(responses_, gate_, endpoint_, std::move(request_));
    if (!exchange->isOver()) sendWhole(response, head_, to);
  }

 private:
  void standAside(std::string_view reason, HTTPServerRequest& from, HTTPServerResponse& to) const {
    const auto handler = make_(from);
    if (!handler) return sendWhole(notImplemented(), head_, to);
    to.set("Cache-Status", "larder; fwd=bypass; detail=\"" + std::string(reason) + '"');
    handler->handleRequest(from, to);
  }

  const ResponseCache& responses_;
  const GatePtr gate_;
  const std::size_t limit_;
  const Endpoint& endpoint_;
  const Cookies cookies_;
  Request request_;
  const bool head_;
  const MakeHandler make_;
};

// A write. Its response is held back until the tags are invalidated, so a client that has received it sees
// nothing older.
class InvalidatingHandler final : public HTTPRequestHandler {
 public:
  InvalidatingHandler(std::function<void(const Response*)> invalidate, std::size_t limit,
                      std::unique_ptr<HTTPRequestHandler> handler)
      : invalidate_(std::move(invalidate)), limit_(limit), handler_(std::move(handler)) {}

  void handleRequest(HTTPServerRequest& from, HTTPServerResponse& to) override {
    CapturedResponse response(
        {.client = &to,
         .limit = limit_,
         .reasonToPass = [](const Response& head) { return isEventStream(head.headers) ? "stream" : ""; },
         .beforePass = [this](const Response& head, std::string_view) { invalidateAfter(head); }});
    try {
      handler_->handleRequest(from, response);
    } catch (...) {  // it may have written before it threw
      invalidate_(nullptr);
      throw;
    }

    if (response.sent() && !response.passed()) {
      const auto whole = response.take();
      invalidateAfter(whole);
      return sendWhole(whole, false, to);
    }
    // The handler may have written its data after the head was sent, or answered through request.response(),
    // or not answered at all.
    invalidateAfter({static_cast<int>(to.getStatus()), {}, {}});
  }

 private:
  void invalidateAfter(const Response& response) const {
    if (mayHaveWritten(response.status)) invalidate_(&response);
  }

  const std::function<void(const Response*)> invalidate_;
  const std::size_t limit_;
  const std::unique_ptr<HTTPRequestHandler> handler_;
};

Endpoint cachedEndpoint(std::string pattern, CachePolicy policy) {
  if (policy.variesBySession())
    throw std::invalid_argument("GET " + pattern + ": varyBySession() needs the sessions of an App");
  return {.method = "GET",
          .pattern = std::move(pattern),
          .handler = [](const Request& request) { return request.boundExchange->run(request); },
          .policy = std::move(policy)};
}

// A handler that exists before its request, for any path.
class OneCachedHandler final : public HTTPRequestHandler {
 public:
  OneCachedHandler(Cache& cache, Endpoint endpoint, Cookies cookies,
                   std::shared_ptr<HTTPRequestHandler> handler)
      : responses_(cache),
        limit_(cache.options().maxPayload),
        endpoint_(std::move(endpoint)),
        cookies_(cookies),
        handler_(std::move(handler)) {}

  void handleRequest(HTTPServerRequest& from, HTTPServerResponse& to) override {
    auto request = requestOf(from, {});
    const bool reads = from.getMethod() == Poco::Net::HTTPRequest::HTTP_GET ||
                       from.getMethod() == Poco::Net::HTTPRequest::HTTP_HEAD;
    if (!request || !reads) return handler_->handleRequest(from, to);
    const auto make = [this](const HTTPServerRequest&) { return handler_; };
    CachedHandler(responses_, gate_, limit_, endpoint_, cookies_, *std::move(request), make)
        .handleRequest(from, to);
  }

 private:
  const GatePtr gate_ = std::make_shared<Gate>();
  const ResponseCache responses_;
  const std::size_t limit_;
  const Endpoint endpoint_;
  const Cookies cookies_;
  const std::shared_ptr<HTTPRequestHandler> handler_;
};

}  // namespace

CachedHandlerFactory::CachedHandlerFactory(Cache& cache,
                                           Poco::Net::HTTPRequestHandlerFactory::Ptr application)
    : cache_(cache), responses_(cache), application_(std::move(application)) {
  serverStopped += Poco::delegate(this, &CachedHandlerFactory::tellApplicationOfStop);
}

CachedHandlerFactory::~CachedHandlerFactory() {
  serverStopped -= Poco::delegate(this, &CachedHandlerFactory::tellApplicationOfStop);
  cache_.stopRenewing();
  gate_->close();
}

CachedHandlerFactory& CachedHandlerFactory::get(std::string pattern, CachePolicy policy, Cookies cookies) {
  const auto& added = router_.add(cachedEndpoint(std::move(pattern), std::move(policy)));
  if (cookies == Cookies::hide) withoutCookies_.insert(&added);
  return *this;
}

CachedHandlerFactory& CachedHandlerFactory::post(std::string pattern, const Invalidation& invalidation) {
  return write("POST", std::move(pattern), invalidation);
}
CachedHandlerFactory& CachedHandlerFactory::put(std::string pattern, const Invalidation& invalidation) {
  return write("PUT", std::move(pattern), invalidation);
}
CachedHandlerFactory& CachedHandlerFactory::patch(std::string pattern, const Invalidation& invalidation) {
  return write("PATCH", std::move(pattern), invalidation);
}
CachedHandlerFactory& CachedHandlerFactory::del(std::string pattern, const Invalidation& invalidation) {
  return write("DELETE", std::move(pattern), invalidation);
}

CachedHandlerFactory& CachedHandlerFactory::write(std::string method, std::string pattern,
                                                  const Invalidation& invalidation) {
  router_.add(
      {.method = std::move(method),
       .pattern = std::move(pattern),
       .handler =
           [](const Request&) { return notImplemented(); },  // not called: the application's handler runs
       .invalidates = invalidation.tags()});
  return *this;
}

HTTPRequestHandler* CachedHandlerFactory::createRequestHandler(const HTTPServerRequest& request) {
  auto wanted = requestOf(request, {});
  const auto* const endpoint = wanted ? router_.match(*wanted).endpoint : nullptr;
  const auto limit = cache_.options().maxPayload;
  if (endpoint != nullptr && endpoint->policy) {
    const auto cookies = withoutCookies_.contains(endpoint) ? Cookies::hide : Cookies::bypass;
    const MakeHandler make = [this](const HTTPServerRequest& each) {
      return std::shared_ptr<HTTPRequestHandler>(application_->createRequestHandler(each));
    };
    return new CachedHandler(responses_, gate_, limit, *endpoint, cookies, *std::move(wanted), make);
  }
  std::unique_ptr<HTTPRequestHandler> handler(application_->createRequestHandler(request));
  if (!handler || !wanted || !isWrite(wanted->method)) return handler.release();
  const WriteInvalidation invalidation(cache_, router_, faults_, nullptr);
  if (endpoint == nullptr && !invalidation.concerns(*wanted)) return handler.release();
  const Endpoint undeclared{.method = wanted->method, .pattern = wanted->path, .handler = {}};
  return new InvalidatingHandler(
      [invalidation, to = endpoint != nullptr ? *endpoint : undeclared,
       written = *std::move(wanted)](const Response* response) { invalidation.run(to, written, response); },
      limit, std::move(handler));
}

// Subscribers of the application's factory are notified as if it were the server's own.
void CachedHandlerFactory::tellApplicationOfStop(const bool& abort) {
  ((*application_).*(&CachedHandlerFactory::serverStopped))(this, abort);
}

Caching* cachingOf(HTTPServerResponse& response) {
  auto* const captured = dynamic_cast<CapturedResponse*>(&response);
  return captured != nullptr ? &captured->caching() : nullptr;
}

std::unique_ptr<HTTPRequestHandler> cachedHandler(Cache& cache, CachePolicy policy,
                                                  std::unique_ptr<HTTPRequestHandler> handler,
                                                  Cookies cookies) {
  if (policy.renewal().inBackground())
    throw std::invalid_argument(
        "cachedHandler: its policy refreshes in the background, when the handler no longer exists; use a "
        "CachedHandlerFactory");
  for (const auto& tag : policy.tags())
    if (tag.find('{') != std::string::npos)
      throw std::invalid_argument("cachedHandler: tag \"" + tag +
                                  "\" names a parameter, but there is no route; use a CachedHandlerFactory");
  return std::make_unique<OneCachedHandler>(cache, cachedEndpoint("*", std::move(policy)), cookies,
                                            std::move(handler));
}

}  // namespace larder::http
