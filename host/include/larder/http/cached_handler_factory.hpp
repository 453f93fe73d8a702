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

/// How to treat requests with a Cookie, whose responses may be specific to one visitor. Has no effect if the
/// policy varies by the header Cookie.
enum class Cookies {
  bypass,  ///< such requests go to the handler unchanged, and their responses are not stored
  hide     ///< such requests are cached like others, and the handler receives them without cookies
};

/// The cache in front of an unchanged Poco application: it wraps the application's factory, and handlers of
/// the declared routes run only if the cache has no response.
///
///     auto cached = std::make_unique<CachedHandlerFactory>(engine, new TheFactory);
///     cached->get("/articles/{id}", cache(30s).tag("articles", "article:{id}"))
///         .put("/articles/{id}", invalidates("article:{id}"));
///     HTTPServer server(cached.release(), socket, new HTTPServerParams);
///
/// Policies have the same meaning as in an App, and responses that must not be stored are not (RFC 9111 3). A
/// request that matches no declared route goes straight to the application's handler. So does a GET that has
/// a body, asks for a range or an upgrade, or has credentials that the policy does not vary by; Cache-Status
/// gives the reason (RFC 9211).
///
/// The handler of a cached route writes into a recording, from which the response is stored and sent. A
/// response that must not be stored (because of its Cache-Control, Vary or Set-Cookie, because it is
/// text/event-stream, or because it exceeds CacheOptions::maxPayload) is streamed to the client as it is
/// written. The request that the handler receives has no body, and no conditions except those that revalidate
/// the stored response (CachePolicy::revalidate). It is not an HTTPServerRequestImpl, so a handler that needs
/// the socket must not be declared as a route. An exception from the handler has the same effect as without
/// Larder, unless the policy has staleIfError.
///
/// Declare routes before the first request; an invalid one throws std::invalid_argument. After that the
/// object is thread-safe. The Cache must outlive it. The destructor waits for handlers that refresh in the
/// background (Cache::stopRenewing).
class CachedHandlerFactory final : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  CachedHandlerFactory(Cache& cache, Poco::Net::HTTPRequestHandlerFactory::Ptr application);
  ~CachedHandlerFactory() override;

  CachedHandlerFactory& get(std::string pattern, CachePolicy policy, Cookies cookies = Cookies::bypass);
  CachedHandlerFactory& post(std::string pattern, const Invalidation& invalidation);
  CachedHandlerFactory& put(std::string pattern, const Invalidation& invalidation);
  CachedHandlerFactory& patch(std::string pattern, const Invalidation& invalidation);
  CachedHandlerFactory& del(std::string pattern, const Invalidation& invalidation);

  /// `sink` is called for each failed invalidation.
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

/// Returns the caching instructions that a handler behind this cache can set for its response before it sends
/// it, like Response::caching in an App. Null if the cache does not see the response, because the handler
/// received the server's own. The response owns the result.
///
///     if (auto* caching = cachingOf(response)) caching->expire = untilTheShopCloses;
Caching* cachingOf(Poco::Net::HTTPServerResponse& response);

/// Wraps one handler in the cache, for a factory that does this itself:
///
///     return cachedHandler(engine, policy, std::make_unique<ArticleHandler>()).release();
///
/// Behaves like a GET route of CachedHandlerFactory, for any path; methods other than GET and HEAD go to the
/// handler. Throws std::invalid_argument for a policy that refreshes in the background, because the handler
/// does not live long enough for that, and for tags that name {parameters}, which only a route has.
std::unique_ptr<Poco::Net::HTTPRequestHandler> cachedHandler(
    Cache& cache, CachePolicy policy, std::unique_ptr<Poco::Net::HTTPRequestHandler> handler,
    Cookies cookies = Cookies::bypass);

}  // namespace larder::http

#endif
