// SPDX-License-Identifier: Apache-2.0
#include "response_cache/plan.hpp"

#include <algorithm>

#include <larder/http/cacheability.hpp>

namespace larder::http {

Plan planFor(const CachePolicy& policy, const Request& request) {
  if (!reasonToBypass(policy, request).empty()) return Plan::bypass;
  if (hasDirective(request.headers, "Cache-Control", "only-if-cached")) return Plan::storedOnly;
  const bool anew = policy.honoursClient() && asksForNew(request);
  if (request.method == "HEAD") return anew ? Plan::lone : Plan::storedOrLone;
  return anew ? Plan::anew : Plan::storedOrKept;
}

CacheRequest cacheRequestFor(const Endpoint& endpoint, const Request& request) {
  const auto& policy = *endpoint.policy;
  CacheRequest wanted{.nameSpace = kResponses,
                      .key = keyOf(policy, request),
                      .expire = policy.longestExpire(),
                      .renewal = policy.renewal(),
                      .lockAcrossHosts = policy.lockAcrossHosts(),
                      .compressFrom = policy.compressFrom()};
  const FilledTags tags(policy, request);
  wanted.tags.assign(tags.all().begin(), tags.all().end());
  return wanted;
}

FilledTags::FilledTags(const CachePolicy& policy, const Request& request) : asDeclared_(policy.tags()) {
  const auto has_parameter = [](const std::string& tag) { return tag.find('{') != std::string::npos; };
  if (std::none_of(asDeclared_.begin(), asDeclared_.end(), has_parameter)) return;
  for (const auto& tag : asDeclared_) filled_.push_back(fillIn(tag, request));
}

}  // namespace larder::http
