// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_RESPONSE_LOOK_UP_HPP
#define LARDER_RESPONSE_CACHE_RESPONSE_LOOK_UP_HPP

#include <larder/cache.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/exchange.hpp"
#include "response_cache/learned_vary.hpp"

namespace larder::http {

/// An exchange's way through the response cache: what is looked up, whether the handler runs, what is kept.
class ResponseLookUp : public std::enable_shared_from_this<ResponseLookUp> {
 public:
  ResponseLookUp(Cache& cache, ExchangePtr exchange);

  void begin();

 private:
  // For a HEAD, or a client that wants what is stored and nothing else.
  void find(bool only_if_cached);
  void found(std::optional<CacheResult> hit, bool only_if_cached);
  void notFound(bool only_if_cached);
  // `forward` says why the handler runs, if it does: a value of RFC 9211's fwd.
  void getOrRun(std::string_view forward);
  void finish(CacheResult result, std::string_view forward);
  void finishStored(CacheResult& result, std::string_view forward);
  // What was just made, in the gzip form, if there is one and the client prefers it.
  std::optional<Response> gzipIn(CacheResult& result) const;
  // Removes what is stored first, so that the new run is one for all who ask meanwhile, and is stored.
  void runAnew();
  // Runs the handler for this request alone.
  void runUncached(std::string status, CacheOutcome outcome);

  const Endpoint& endpoint() const { return exchange_->endpoint(); }
  const Request& request() const { return exchange_->request(); }

  Computed compute();
  // Where the response belongs, if its Vary says so. False if it can't be kept for now.
  bool learnFrom(const std::vector<std::string>& fields, Computed& computed);
  CacheRequest wanted();
  // If the payload is no response but says by what responses vary: the look-up of the variant for this
  // request. A renewal that began here may go on meanwhile, so what it uses does not change.
  std::shared_ptr<ResponseLookUp> variantIn(const CacheResult& result);
  void giveHit(Response stored, const CacheResult& hit);
  void give(Response response, std::string_view status, CacheOutcome outcome);

  Cache& cache_;
  const ExchangePtr exchange_;

  Key primary_;                        // the key as the policy says
  std::optional<LearnedVary> lesson_;  // if this is about a variant
  bool mayAddTags_ = false;

  // What this request's own run of the handler made.
  std::optional<Response> made_;
  std::string_view reasonNotToStore_;
};

}  // namespace larder::http

#endif
