// SPDX-License-Identifier: Apache-2.0
#include <larder/http/response_cache.hpp>

#include <exception>
#include <memory>
#include <utility>

#include <larder/http/cacheability.hpp>
#include "exchange/exchange.hpp"
#include "response_cache/learned_vary.hpp"
#include "response_cache/plan.hpp"
#include "response_cache/response_look_up.hpp"
#include "response_cache/stored_answer.hpp"

namespace larder::http {

std::optional<Response> ResponseCache::findFresh(const Endpoint& endpoint, const Request& request) const {
  const auto& policy = *endpoint.policy;
  // Loading a session blocks on its backend.
  if (!cache_.backend().isInline() || (policy.variesBySession() && !request.boundSession))
    return std::nullopt;
  if (planFor(policy, request) != Plan::storedOrKept) return std::nullopt;

  const auto key = keyOf(policy, request);
  const FilledTags tags(policy, request);
  const auto look = [&](const Key& wanted) {
    return cache_.findFresh({.nameSpace = kResponses,
                             .key = wanted,
                             .tags = tags.all(),
                             .eagerRefresh = policy.renewal().eagerRefresh});
  };
  auto hit = look(key);
  if (!hit) return std::nullopt;
  if (const auto lesson = decodeLesson(hit->payload.bytes())) hit = look(variantOf(key, *lesson, request));
  if (!hit) return std::nullopt;
  // The backend may have been replaced meanwhile.
  const auto origin = cache_.backend().isInline() ? Origin::thisProcess : Origin::store;
  auto stored = storedResponse(request, *hit, origin);
  if (!stored) return std::nullopt;
  return answerWithHit(request, *std::move(stored), *hit);
}

void ResponseCache::respond(const ExchangePtr& exchange) const {
  try {
    std::make_shared<ResponseLookUp>(cache_, exchange)->begin();
  } catch (...) {
    exchange->fail(std::current_exception());
  }
}

}  // namespace larder::http
