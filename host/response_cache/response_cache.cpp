// SPDX-License-Identifier: Apache-2.0
#include "response_cache/response_cache.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "http/date.hpp"
#include "response_cache/cacheability.hpp"
#include "response_cache/conditional.hpp"
#include "response_cache/stored_response.hpp"

namespace larder::http {
namespace {

using Source = CacheResult::Source;
using Storing = CacheResult::Storing;

constexpr std::string_view kNameSpace = "responses";

std::string seconds(std::chrono::milliseconds duration) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(duration).count());
}

// Without clientMaxAge the client keeps its copy but asks each time, so an invalidation here reaches it. With
// it, the client keeps nothing for longer than we do.
std::string clientCacheControl(const CachePolicy& policy, std::chrono::milliseconds kept) {
  if (!policy.clientMaxAge()) return "no-cache";
  const auto age = std::min(*policy.clientMaxAge(), std::chrono::floor<std::chrono::seconds>(kept));
  return age.count() > 0 ? "max-age=" + std::to_string(age.count()) : "no-cache";
}

// What every client gets beside what the handler said, on a miss as on each hit.
void complete(const CachePolicy& policy, std::chrono::milliseconds kept, Response& response) {
  if (response.status == 200 && !response.headers.has("ETag"))
    response.headers.set("ETag", entityTagOf(response.body));
  if (!response.headers.has("Cache-Control"))
    response.headers.set("Cache-Control", clientCacheControl(policy, kept));
  for (const auto& name : policy.headers())
    if (!hasDirective(response.headers, "Vary", name)) response.headers.add("Vary", name);
}

CacheRequest requestFor(const Endpoint& endpoint, const Request& request) {
  CacheRequest wanted{.nameSpace = kNameSpace,
                      .key = keyOf(*endpoint.policy, request),
                      .expire = endpoint.policy->longestExpire(),
                      .renewal = endpoint.policy->renewal(),
                      .lockAcrossHosts = endpoint.policy->lockAcrossHosts(),
                      .compressFrom = endpoint.policy->compressFrom()};
  for (const auto& tag : endpoint.policy->tags()) wanted.tags.push_back(fillIn(tag, request));
  return wanted;
}

// RFC 9211.
std::string missStatus(std::string_view forward, const CacheResult& result, std::string_view reason) {
  std::string status = "larder; fwd=" + std::string(forward);
  if (result.source == Source::shared) status += "; collapsed";
  if (reason.empty() && result.storing == Storing::tooLarge) reason = "too large";
  if (reason.empty() && result.storing == Storing::backendFailed) reason = "backend unavailable";
  if (reason.empty() && result.storing == Storing::notCacheable) reason = "invalidated meanwhile";
  return reason.empty() ? status + "; stored" : status + "; detail=\"" + std::string(reason) + "\"";
}

Response hitResponse(Response response, const CacheResult& hit, const Clock& clock) {
  response.headers.set("Age", seconds(hit.age));
  response.headers.set("Date", formatDate(clock.realtime() - hit.age));  // when it was made
  std::string status = "larder; hit; ttl=" + seconds(hit.ttl);
  if (hit.source == Source::stale) status += "; detail=\"stale-while-revalidate\"";
  if (hit.source == Source::staleOnError) status += "; detail=\"stale-if-error\"";
  response.headers.set("Cache-Status", status);
  return response;
}

Response withStatus(Response response, std::string_view status) {
  response.headers.set("Cache-Status", status);
  return response;
}

Response uncached(const Endpoint& endpoint, const Request& request, std::string_view status) {
  return withStatus(endpoint.handler(request), status);
}

std::optional<Response> findHit(Cache& cache, const Endpoint& endpoint, const Request& request) {
  const auto hit = cache.find(requestFor(endpoint, request));
  if (!hit) return std::nullopt;
  auto response = decodeResponse(hit->payload.bytes());
  if (!response) return std::nullopt;
  return hitResponse(*std::move(response), *hit, cache.backend().clock());
}

// One run of an endpoint's handler, and what it answered.
struct Run {
  std::optional<Response> response;
  std::string_view reasonNotToStore;

  Computed execute(const Endpoint& endpoint, const Request& request) {
    response = endpoint.handler(request);
    reasonNotToStore = http::reasonNotToStore(*endpoint.policy, *response);
    if (!reasonNotToStore.empty())
      return {.payload = {}, .cacheable = false, .failed = response->status >= 500};
    const auto kept = timeToKeep(*endpoint.policy, *response);
    complete(*endpoint.policy, kept, *response);
    return {.payload = encodeResponse(*response), .failed = response->status >= 500, .expire = kept};
  }
};

// A renewal in the background outlives the request, so it has its own copy of it.
Compute computationOf(const std::shared_ptr<Run>& run, const Endpoint& endpoint, const Request& request) {
  if (!endpoint.policy->renewal().inBackground())
    return [run, &endpoint, &request] { return run->execute(endpoint, request); };
  return [run, &endpoint, copy = std::make_shared<const Request>(request)] {
    return run->execute(endpoint, *copy);
  };
}

bool cameFromTheCache(const CacheResult& result) {
  return result.source != Source::computed && result.source != Source::shared;
}

// `forward` says why the handler runs, if it does: a value of RFC 9211's fwd.
Response getOrRun(Cache& cache, const Endpoint& endpoint, const Request& request, std::string_view forward) {
  const auto run = std::make_shared<Run>();
  auto wanted = requestFor(endpoint, request);
  wanted.compute = computationOf(run, endpoint, request);
  const auto result = cache.getOrCompute(std::move(wanted));
  // A run that did not make this answer may still be going on.
  if (result.source == Source::computed)
    return withStatus(*std::move(run->response), missStatus(forward, result, run->reasonNotToStore));

  auto stored = decodeResponse(result.payload.bytes());
  if (!stored) return uncached(endpoint, request, "larder; fwd=uri-miss; detail=\"unreadable entry\"");
  if (cameFromTheCache(result)) return hitResponse(*std::move(stored), result, cache.backend().clock());
  return withStatus(*std::move(stored), missStatus(forward, result, {}));
}

// Removes what is stored first, so that the new run is one for all who ask meanwhile, and is stored.
Response runAnew(Cache& cache, const Endpoint& endpoint, const Request& request) {
  const auto erased = cache.erase(kNameSpace, keyOf(*endpoint.policy, request));
  if (erased != Status::ok)
    return uncached(endpoint, request, "larder; fwd=request; detail=\"backend unavailable\"");
  return getOrRun(cache, endpoint, request, "request");
}

}  // namespace

Response ResponseCache::respond(const Endpoint& endpoint, const Request& request) const {
  if (const auto reason = reasonToBypass(*endpoint.policy, request); !reason.empty())
    return uncached(endpoint, request, "larder; fwd=bypass; detail=\"" + std::string(reason) + "\"");

  std::optional<Response> response;
  const bool anew = endpoint.policy->honoursClient() && asksForNew(request);
  const bool only_if_cached = hasDirective(request.headers, "Cache-Control", "only-if-cached");
  if (request.method == "HEAD" || only_if_cached) {
    if (only_if_cached || !anew) response = findHit(cache_, endpoint, request);
    if (!response && only_if_cached)
      return withStatus(
          Response::problem(504, "not-cached", "Gateway Timeout",
                            "Nothing is stored for this request, and it asked for nothing else."),
          "larder; fwd=uri-miss; detail=\"only-if-cached\"");
    // The answer to a HEAD may lack what a GET's has, so it fills nothing.
    if (!response) response = uncached(endpoint, request, "larder; fwd=uri-miss; detail=\"head\"");
  } else {
    response = anew ? runAnew(cache_, endpoint, request) : getOrRun(cache_, endpoint, request, "uri-miss");
  }
  return clientHas(request, *response) ? notModified(*response) : *std::move(response);
}

}  // namespace larder::http
