// SPDX-License-Identifier: Apache-2.0
//
// Describes in words the decisions of planFor, reasonToBypass, Cache::inspect and Renewal.
#include <larder/http/explain.hpp>

#include <larder/quantity.hpp>

#include <memory>

#include "http/comma_list.hpp"
#include "http/stored_form.hpp"
#include "response_cache/conditional.hpp"
#include "response_cache/gzip.hpp"
#include "response_cache/learned_vary.hpp"
#include "response_cache/plan.hpp"
#include "response_cache/response_directives.hpp"
#include "response_cache/stored_response.hpp"

namespace larder::http {
namespace {

using Finding = Inspection::Finding;
using Outcome = Explanation::Outcome;

std::string explainNoEndpoint(const Router::Match& match) {
  if (match.pathKnown) return "the path allows only " + commaList(match.allowed) + ": 405";
  return "no route matches this path: 404";
}

std::string explainNoPolicy(const Endpoint& endpoint) {
  if (endpoint.invalidates.empty()) return "the route has no cache policy";
  return "the route has no cache policy; any response except a 4xx invalidates its tags: " +
         commaList(endpoint.invalidates);
}

std::string explainBypass(std::string_view reason) {
  if (reason == "authorization") return "the request has Authorization, and the policy does not vary by it";
  if (reason == "no-store") return "the request says Cache-Control: no-store";
  if (reason == "body") return "the request has a body, which is not part of the key";
  return std::string(reason);
}

// For minutes, nobody needs milliseconds.
std::string roughly(std::chrono::milliseconds duration) {
  using std::chrono::seconds;
  return formatDuration(duration < seconds(10) ? duration : std::chrono::floor<seconds>(duration));
}

std::string explainStale(const Inspection& entry, const Renewal& renewal) {
  const auto expired = -entry.ttl;
  auto since = "it expired " + roughly(expired) + " ago";
  if (renewal.servesWhileRenewing(expired))
    return since + ", within staleWhileRevalidate; a request refreshes it";
  if (renewal.servesInsteadOfAnError(expired)) return since + "; staleIfError allows it if the handler fails";
  return since;
}

std::string explainMiss(const Inspection& entry) {
  switch (entry.finding) {
    case Finding::absent: return "nothing is stored under this key";
    case Finding::expired: return "the entry expired " + roughly(-entry.ttl) + " ago";
    case Finding::outdated:
      return "the entry is older than an invalidation of its tags, or the store lost their stamps: " +
             commaList(entry.outdatedTags);
    case Finding::unreadable:
      return "the stored value is not an entry of this key: damaged, or of another version";
    case Finding::invalidating:
      return "an invalidation of this key is still pending in the host; nothing is served or stored";
    case Finding::backendFailed: return "the backend failed: " + entry.error;
    case Finding::fresh:
    case Finding::stale: break;
  }
  return "the entry cannot be read as a response";
}

// The entry must contain a response.
std::shared_ptr<const StoredForm> formOf(const Inspection& entry) {
  return lendResponse(Payload(std::make_shared<const std::string>(entry.payload)), Origin::store)->stored;
}

// Explains a fresh entry whose handler's fields made its lifetime shorter than the policy's.
std::string explainShortening(const CachePolicy& policy, const Inspection& entry) {
  const auto own = ownResponse(entry.payload);
  const auto most = own ? policy.expireOf(own->status) : std::nullopt;
  const auto kept = entry.age + entry.ttl;
  const bool exact = policy.renewal().jitter == 0;
  if (policy.responseRule() != ResponseRule::bounds || !exact || !most || kept >= *most) return {};
  const auto said = directivesOf(policy, own->headers);
  const bool says = said.maxAge || said.sharedMaxAge || own->headers.has("Expires");
  return says
             ? "; its own header fields limit it to " + roughly(kept) + " instead of " + formatDuration(*most)
             : std::string();
}

// Judges by the look-up alone.
void judge(const Renewal& of_policy, const Request& request, Explanation& explanation) {
  const auto& entry = explanation.entry;
  const auto renewal = staleWindowsIn(entry.payload).over(of_policy);
  const auto& response = explanation.stored;
  const bool fresh = entry.finding == Finding::fresh && response;
  const bool stale = entry.finding == Finding::stale && response;
  explanation.outcome = fresh ? Outcome::hit : Outcome::miss;
  if (fresh) {
    explanation.reason = "it is fresh for another " + roughly(entry.ttl) +
                         explainShortening(*explanation.endpoint->policy, entry);
    if (clientHas(request, *response)) explanation.reason += "; the client already has it: 304";
  } else if (stale) {
    if (renewal.servesWhileRenewing(-entry.ttl)) explanation.outcome = Outcome::stale;
    explanation.reason = explainStale(entry, renewal);
  } else {
    explanation.reason = explainMiss(entry);
  }
}

// A look-up that computes nothing serves fresh entries and refreshes none.
void judgeFreshOnly(const Request& request, const std::string& otherwise, Explanation& explanation) {
  judge({}, request, explanation);
  if (explanation.outcome != Outcome::hit) explanation.reason += "; " + otherwise;
}

std::optional<Response> responseIn(const Inspection& entry, const Request& request) {
  auto response = lendResponse(Payload(std::make_shared<const std::string>(entry.payload)), Origin::store,
                               prefersGzip(request.headers));
  return response ? std::optional(std::move(*response).inFull()) : std::nullopt;
}

void judgeAlone(Outcome outcome, std::string reason, Explanation& explanation) {
  explanation.outcome = outcome;
  explanation.reason = std::move(reason);
}

void judgeAge(const CachePolicy& policy, const Request& request, Explanation& explanation) {
  const auto& stored = explanation.stored;
  judge(policy.renewal(), request, explanation);
  const auto max_stale = maxStaleOf(request.headers).value_or(std::chrono::seconds(0));
  const auto& entry = explanation.entry;
  if (entry.finding == Finding::stale && stored && -entry.ttl < max_stale &&
      !forbidsStale(staleWindowsIn(entry.payload)))
    return judgeAlone(Outcome::stale, "it expired, but the request's max-stale accepts it", explanation);
  if (!stored || explanation.outcome != Outcome::hit) return;
  const auto before = formOf(explanation.entry)->age;
  if (suits(request, explanation.entry.age + before, explanation.entry.ttl)) return;
  judgeAlone(Outcome::miss,
             "the request's max-age or min-fresh requires a newer one, and the policy honours that",
             explanation);
}

void judgeForCredentials(const CachePolicy& policy, const Request& request, Explanation& explanation) {
  if (!explanation.endpoint->learned->answersPublicly())
    return judgeAlone(Outcome::bypass, explainBypass("authorization"), explanation);
  judge(policy.renewal(), request, explanation);
  if (explanation.stored && !formOf(explanation.entry)->forEveryone)
    judgeAlone(Outcome::bypass,
               "the request has Authorization, and the stored response does not say that it may be shared",
               explanation);
}

void follow(Plan plan, const CachePolicy& policy, const Request& request, Explanation& explanation) {
  const std::string wants_new = "the request says no-cache or max-age=0, and the policy honours that";
  switch (plan) {
    case Plan::bypass:
      return judgeAlone(Outcome::bypass, explainBypass(reasonToBypass(policy, request)), explanation);
    case Plan::storedOnly:
      return judgeFreshOnly(request, "the request says only-if-cached: 504", explanation);
    case Plan::storedOrLone:
      return judgeFreshOnly(request, "the response to a HEAD is not stored", explanation);
    case Plan::lone:
      return judgeAlone(Outcome::miss, wants_new + "; the response to a HEAD is not stored", explanation);
    case Plan::replacement:
      return judgeAlone(Outcome::miss, wants_new + "; the new response replaces the stored one", explanation);
    case Plan::storedIfNew: return judgeAge(policy, request, explanation);
    case Plan::credentialed: return judgeForCredentials(policy, request, explanation);
    case Plan::storedOrKept: return judge(policy.renewal(), request, explanation);
  }
}

}  // namespace

std::string_view toString(Explanation::Outcome outcome) {
  switch (outcome) {
    case Outcome::hit: return "hit";
    case Outcome::stale: return "stale";
    case Outcome::miss: return "miss";
    case Outcome::bypass: return "bypass";
    case Outcome::notCached: return "not cached";
    case Outcome::noEndpoint: return "no endpoint";
  }
  return "no endpoint";
}

Explanation explain(Cache& cache, const Router::Match& match, const Request& request) {
  if (match.endpoint == nullptr) return {.reason = explainNoEndpoint(match)};
  const auto& endpoint = *match.endpoint;
  if (!endpoint.policy)
    return {.outcome = Outcome::notCached, .reason = explainNoPolicy(endpoint), .endpoint = &endpoint};

  const auto& policy = *endpoint.policy;
  auto wanted = cacheRequestFor(policy, request);
  Explanation explanation{.endpoint = &endpoint,
                          .keyFields = keyFieldsOf(policy, request),
                          .tags = wanted.tags,
                          .entry = cache.inspect(wanted)};
  if (const auto lesson = decodeLesson(explanation.entry.payload)) {
    wanted.key = variantOf(wanted.key, *lesson, request);
    explanation.entry = cache.inspect(wanted);
  }
  explanation.key = std::move(wanted.key);
  explanation.stored = responseIn(explanation.entry, request);
  if (endpoint.policy.enabled())
    follow(planFor(policy, request), policy, request, explanation);
  else
    judgeAlone(Outcome::notCached, "the configuration has disabled the cache for this route", explanation);
  return explanation;
}

}  // namespace larder::http
