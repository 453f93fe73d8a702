// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_CACHED_EXCHANGE_HPP
#define LARDER_RESPONSE_CACHE_CACHED_EXCHANGE_HPP

#include <larder/cache.hpp>
#include <larder/executor.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/endpoint.hpp>
#include <larder/http/gate.hpp>
#include <larder/http/response_cache.hpp>
#include "response_cache/learned_vary.hpp"

namespace larder::http {

/// One request on its way through the response cache; each step is the continuation of the one before and
/// holds it. A renewal in the background holds it for longer than its response takes.
class CachedExchange : public std::enable_shared_from_this<CachedExchange> {
 public:
  CachedExchange(Cache& cache, GatePtr gate, const Endpoint& endpoint, std::shared_ptr<const Request> request,
                 Executor& workers, ResponseCache::Done done);

  void begin();
  /// Without effect after an answer.
  void fail(const std::exception_ptr& error);

 private:
  // For a HEAD, or a client that wants what is stored and nothing else.
  void find(bool only_if_cached);
  void notFound(bool only_if_cached);
  // `forward` says why the handler runs, if it does: a value of RFC 9211's fwd.
  void getOrRun(std::string_view forward);
  void finish(CacheResult result, std::string_view forward);
  // What was just made, in the gzip form, if there is one and the client prefers it.
  std::optional<Response> gzipIn(CacheResult& result) const;
  // Removes what is stored first, so that the new run is one for all who ask meanwhile, and is stored.
  void runAnew();
  // Runs the handler for this request alone.
  void runUncached(std::string status, CacheOutcome outcome);

  Computed compute();
  // Where the response belongs, if its Vary says so. False if it can't be kept for now.
  bool learnFrom(const std::vector<std::string>& fields, Computed& computed);
  CacheRequest wanted();
  // If the payload is no response but says by what responses vary: the exchange that goes on with the variant
  // for this request. A renewal that began here may go on meanwhile, so what it uses does not change.
  std::shared_ptr<CachedExchange> variantIn(const CacheResult& result);
  // Has a worker do `step`, if the App is still there by then.
  void onWorker(std::function<void()> step);
  void giveHit(Response stored, const CacheResult& hit);
  void give(Response response, std::string_view status, CacheOutcome outcome);

  Cache& cache_;
  const GatePtr gate_;
  const Endpoint& endpoint_;  // there while the gate is open
  const std::shared_ptr<const Request> request_;
  Executor& workers_;  // there until the answer
  ResponseCache::Done done_;

  Key primary_;                        // the key as the policy says
  std::optional<LearnedVary> lesson_;  // if this is about a variant
  bool mayAddTags_ = false;

  // What this request's own run of the handler made.
  std::optional<Response> made_;
  std::string_view reasonNotToStore_;
};

}  // namespace larder::http

#endif
