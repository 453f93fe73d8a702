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

/// An exchange's way through the response cache: what is looked up, whether the handler runs, what is kept.
class ResponseLookUp : public std::enable_shared_from_this<ResponseLookUp> {
 public:
  /// The policy that is in effect now holds for the whole way.
  ResponseLookUp(Cache& cache, ExchangePtr exchange);
  /// Goes on by the policy that the way began with.
  ResponseLookUp(Cache& cache, ExchangePtr exchange, const CachePolicy& policy);

  void begin();

 private:
  // For a plan that may do without the handler: what is stored has to be seen first.
  void find();
  void found(std::optional<CacheResult> hit);
  void notFound();
  // `forward` says why the handler runs, if it does: a value of RFC 9211's fwd.
  void getOrRun(std::string_view forward);
  void finish(CacheResult result, std::string_view forward);
  void finishStored(CacheResult& result, std::string_view forward);
  // What was just made, in the gzip form, if there is one and the client prefers it.
  std::optional<Response> gzipIn(CacheResult& result) const;
  // The same, with what is stored as it stands.
  void runReplacement();
  // Runs the handler for this request alone.
  void runUncached(std::string status, CacheOutcome outcome);
  // The same for a HEAD. Its answer may lack what a GET's has, so it fills nothing, but it may say something
  // about what is stored for a GET.
  void runHead();
  void heed(const Response& of_head);
  void refreshBy(const Response& of_head);
  // The same for one with credentials, to learn whether the route answers them for everyone.
  void runForCredentials();

  const Endpoint& endpoint() const { return exchange_->endpoint(); }
  const Request& request() const { return exchange_->request(); }

  // `former`: the payload that is to be renewed; empty if there is none.
  Computed compute(std::string_view former);
  // What becomes of a response that the handler made.
  Computed keep(Response made);
  Response run(std::string_view former);
  Response runUnconditional();
  // Why a response that may be stored is not kept by this request; it is kept for `kept` otherwise.
  std::string_view judge(const Response& response, std::chrono::milliseconds kept, bool for_everyone) const;
  // Where the response belongs, if its Vary says so. False if it can't be kept for now.
  bool learnFrom(const std::vector<std::string>& fields, Computed& computed);
  CacheRequest wanted();
  // If the payload is no response but says by what responses vary: the look-up of the variant for this
  // request. A renewal that began here may go on meanwhile, so what it uses does not change.
  std::shared_ptr<ResponseLookUp> variantIn(const CacheResult& result);
  // `why_stale`: why one is served that expired, if the engine did not decide that.
  void giveHit(Response stored, const CacheResult& hit, std::string_view why_stale = {});
  void give(Response response, std::string_view status, CacheOutcome outcome);

  Cache& cache_;
  const ExchangePtr exchange_;
  const CachePolicy& policy_;

  Key primary_;                        // the key as the policy says
  std::optional<LearnedVary> lesson_;  // if this is about a variant
  bool mayAddTags_ = false;
  Plan plan_ = Plan::storedOrKept;

  // What this request's own run of the handler made.
  std::optional<Response> made_;
  std::string_view reasonNotToStore_;
  std::optional<std::chrono::milliseconds> shortened_;  // if its own fields had it kept for less time
  bool validated_ = false;                              // the handler said that the former one is right
};

}  // namespace larder::http

#endif
