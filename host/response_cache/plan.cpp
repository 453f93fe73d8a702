// SPDX-License-Identifier: Apache-2.0
#include "response_cache/plan.hpp"

#include <algorithm>

#include <larder/http/cacheability.hpp>
#include "response_cache/response_directives.hpp"
#include "response_cache/stored_response.hpp"

namespace larder::http {
namespace {

bool limitsAge(const Request& request) {
  return request.headers.has("Cache-Control") &&
         (requestDirective(request.headers, "max-age") || requestDirective(request.headers, "min-fresh") ||
          maxStaleOf(request.headers));
}

}  // namespace

Plan planFor(const CachePolicy& policy, const Request& request) {
  if (!reasonToBypass(policy, request).empty()) return Plan::bypass;
  if (hasCredentials(policy, request)) return Plan::credentialed;
  if (hasDirective(request.headers, "Cache-Control", "only-if-cached")) return Plan::storedOnly;
  const bool head = request.method == "HEAD";
  if (policy.honoursClient()) {
    if (asksForNew(request)) return head ? Plan::lone : Plan::replacement;
    if (limitsAge(request) && !head) return Plan::storedIfNew;
  }
  return head ? Plan::storedOrLone : Plan::storedOrKept;
}

bool suits(const Request& request, std::chrono::milliseconds age, std::chrono::milliseconds ttl) {
  const auto oldest = requestDirective(request.headers, "max-age");
  const auto freshest = requestDirective(request.headers, "min-fresh");
  return (!oldest || age <= *oldest) && (!freshest || ttl >= *freshest);
}

CacheRequest cacheRequestFor(const CachePolicy& policy, const Request& request) {
  CacheRequest wanted{.nameSpace = kResponses,
                      .key = keyOf(policy, request),
                      .expire = policy.longestExpire(),
                      .renewal = policy.renewal(),
                      .lockAcrossHosts = policy.lockAcrossHosts(),
                      .compressFrom = policy.compressFrom(),
                      .staleWindows = staleWindowsIn};
  const auto& renewal = policy.renewal();
  if (policy.revalidateWindow().count() > 0)
    wanted.keepExpired =
        std::max({policy.revalidateWindow(), renewal.staleWhileRevalidate, renewal.staleIfError});
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
