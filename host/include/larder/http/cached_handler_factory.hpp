// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CACHED_HANDLER_FACTORY_HPP
#define LARDER_HTTP_CACHED_HANDLER_FACTORY_HPP

#include <larder/cache.hpp>
#include <larder/policy.hpp>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include <larder/http/gate.hpp>
#include <larder/http/response_cache.hpp>
#include <larder/http/router.hpp>

namespace larder::http {

/// What happens to requests with a Cookie, which may be answered for one visitor alone. A policy that varies
/// by the header Cookie keeps visitors apart, and this has no effect.
enum class Cookies {
  bypass,  ///< they go to the handler as they came, and their responses are not kept
  hide     ///< they are cached as others are; the handler gets them without their cookies
};

/// The cache in front of a Poco application that stays as it is: it stands in its factory's place, and the
/// handlers of the routes that it is told about run only where there is nothing to answer with.
///
///     auto cached = std::make_unique<CachedHandlerFactory>(engine, new TheFactory);
///     cached->get("/articles/{id}", cache(30s).tag("articles", "article:{id}"))
///         .put("/articles/{id}", invalidates("article:{id}"));
///     HTTPServer server(cached.release(), socket, new HTTPServerParams);
///
/// Policies mean what they mean to an App, and what must not be stored is not (RFC 9111 3). Requests for no
/// such route get the application's handler itself. So does a GET that has a body, asks for a range or for an
/// upgrade, or has credentials that the policy does not vary by; Cache-Status says why (RFC 9211).
///
/// The handler of a cached route writes into a recording, from which the response is stored and sent. One
/// that is not to be kept (by its Cache-Control, Vary or Set-Cookie, as text/event-stream, or because it
/// outgrows CacheOptions::maxPayload) goes on to the client as it is written. The request such a handler gets
/// has no body, of If-None-Match and If-Modified-Since none but those that ask whether the stored response is
/// still right (CachePolicy::revalidate), and is no HTTPServerRequestImpl: a handler that asks for
/// the socket stays out of the routes. One that throws is what it was without Larder, unless the policy has
/// staleIfError.
///
/// Routes are declared before requests come; a wrong one throws std::invalid_argument. After that it is
/// thread-safe. The Cache must outlive it; its end waits for handlers that renew in the background
/// (Cache::stopRenewing).
class CachedHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  CachedHandlerFactory(Cache& cache, Poco::Net::HTTPRequestHandlerFactory::Ptr application);
  ~CachedHandlerFactory() override;

  CachedHandlerFactory& get(std::string pattern, CachePolicy policy, Cookies cookies = Cookies::bypass);
  CachedHandlerFactory& post(std::string pattern, const Invalidation& invalidation);
  CachedHandlerFactory& put(std::string pattern, const Invalidation& invalidation);
  CachedHandlerFactory& patch(std::string pattern, const Invalidation& invalidation);
  CachedHandlerFactory& del(std::string pattern, const Invalidation& invalidation);

  /// Told of invalidations that failed.
  void onFault(FaultSink sink) { faults_ = std::move(sink); }

  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override;

 private:
  CachedHandlerFactory& write(std::string method, std::string pattern, const Invalidation& invalidation);
  void tellApplicationOfStop(const bool& abort);

  const GatePtr gate_ = std::make_shared<Gate>();
  Cache& cache_;
  const ResponseCache responses_;
  Poco::Net::HTTPRequestHandlerFactory::Ptr application_;
  Router router_;
  std::set<const Endpoint*> withoutCookies_;
  FaultSink faults_;
};

/// What a handler behind one of these may say about keeping the response that it is about to send, before it
/// sends it; Response::caching of an App's handler. Null for a response that the cache does not see: the
/// handler got the server's own. Belongs to the response.
///
///     if (auto* caching = cachingOf(response)) caching->expire = untilTheShopCloses;
Caching* cachingOf(Poco::Net::HTTPServerResponse& response);

/// One handler with the cache in front of it, for a factory that makes it so:
///
///     return cachedHandler(engine, policy, std::make_unique<ArticleHandler>()).release();
///
/// As a GET route of CachedHandlerFactory, for whatever path it is used; other methods than GET and HEAD go
/// to the handler. Throws std::invalid_argument for a policy that renews in the background, for which the
/// handler does not live long enough, or whose tags name {parameters}, which only a route has.
std::unique_ptr<Poco::Net::HTTPRequestHandler> cachedHandler(
    Cache& cache, CachePolicy policy, std::unique_ptr<Poco::Net::HTTPRequestHandler> handler,
    Cookies cookies = Cookies::bypass);

}  // namespace larder::http

#endif
