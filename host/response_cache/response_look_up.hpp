// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_RESPONSE_LOOK_UP_HPP
#define LARDER_RESPONSE_CACHE_RESPONSE_LOOK_UP_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/exchange.hpp"
#include "response_cache/learned_vary.hpp"
#include "response_cache/plan.hpp"

namespace larder::http {

/// The path of an exchange through the response cache: what to look up, whether to run the handler, what to
/// store.
class ResponseLookUp : public std::enable_shared_from_this<ResponseLookUp> {
 public:
  /// Uses the policy now in effect to the end.
  ResponseLookUp(Cache& cache, ExchangePtr exchange);
  /// Continues with the policy that the exchange began with.
  ResponseLookUp(Cache& cache, ExchangePtr exchange, const CachePolicy& policy);

  void begin();

 private:
  // For plans that may need no handler run: looks up the stored response first.
  void find();
  void found(std::optional<CacheResult> hit);
  void notFound();
  // `forward` is the reason for a handler run, if there is one: a `fwd` value of RFC 9211.
  void getOrRun(std::string_view forward);
  void finish(CacheResult result, std::string_view forward);
  void finishStored(CacheResult& result, std::string_view forward);
  // Returns the response just produced in its gzip form, if it has one and the client prefers it.
  std::optional<Response> gzipIn(CacheResult& result) const;
  // Runs the handler and replaces the stored response.
  void runReplacement();
  // Runs the handler for this request alone.
  void runUncached(std::string status, CacheOutcome outcome);
  // Does the same for a HEAD. Its response may lack fields of a GET's, so it is not stored, but it may
  // confirm or invalidate the response stored for a GET.
  void runHead();
  void heed(const Response& of_head);
  void refreshBy(const Response& of_head);
  // Does the same for a request with credentials, to learn whether the route's responses to them may be
  // shared.
  void runForCredentials();

  const Endpoint& endpoint() const { return exchange_->endpoint(); }
  const Request& request() const { return exchange_->request(); }

  // `former` is the payload to refresh; empty if there is none.
  Computed compute(std::string_view former);
  // Decides what happens to a response from the handler.
  Computed keep(Response made);
  Response run(std::string_view former);
  Response runUnconditional();
  // Returns why a cacheable response is not stored by this request; empty: it is stored for `kept`.
  std::string_view judge(const Response& response, std::chrono::milliseconds kept, bool for_everyone) const;
  // Directs the response to its variant if it has a Vary. Returns false if the response cannot be stored yet.
  bool learnFrom(const std::vector<std::string>& fields, Computed& computed);
  CacheRequest wanted();
  // If the payload is a learned secondary key instead of a response, returns the look-up of this request's
  // variant. A refresh started here may still be running, so the members it uses do not change.
  std::shared_ptr<ResponseLookUp> variantIn(const CacheResult& result);
  // `why_stale` says why an expired response is served that the engine did not itself decide to serve.
  void giveHit(Response stored, const CacheResult& hit, std::string_view why_stale = {});
  void give(Response response, std::string_view status, CacheOutcome outcome);

  Cache& cache_;
  const ExchangePtr exchange_;
  const CachePolicy& policy_;

  Key primary_;                        // the key by the policy alone
  std::optional<LearnedVary> lesson_;  // set if this is the look-up of a variant
  bool mayAddTags_ = false;
  Plan plan_ = Plan::storedOrKept;

  // The result of this request's own handler run.
  std::optional<Response> made_;
  std::string_view reasonNotToStore_;
  std::optional<std::chrono::milliseconds> shortened_;  // set if its own fields shorten its lifetime
  bool validated_ = false;                              // the handler confirmed the stored response
};

}  // namespace larder::http

#endif
