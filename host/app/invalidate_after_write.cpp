// SPDX-License-Identifier: Apache-2.0
#include "app/invalidate_after_write.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <larder/http/cacheability.hpp>
#include "app/same_host_target.hpp"
#include "response_cache/cache_groups.hpp"
#include "response_cache/plan.hpp"

namespace larder::http {
namespace {

std::vector<std::string> targetsNamedBy(const Request& request, const Response& response) {
  std::vector<std::string> targets;
  for (const std::string_view field : {"Location", "Content-Location"})
    if (const auto reference = response.headers.get(field))
      if (auto target = sameHostTarget(request, *reference)) targets.push_back(*std::move(target));
  return targets;
}

}  // namespace

bool isWrite(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS" && method != "TRACE";
}

bool mayHaveWritten(int status) { return status < 400 || status >= 500; }

void WriteInvalidation::run(const Endpoint& endpoint, const Request& request,
                            const Response* response) const {
  std::vector<std::string> tags;
  for (const auto& tag : endpoint.invalidates) tags.push_back(fillIn(tag, request));
  std::vector<std::string> targets{request.target};
  if (response != nullptr && response->status < 400) {
    for (auto& tag : groupTags(kCacheGroupInvalidation, request, *response)) tags.push_back(std::move(tag));
    for (auto& target : targetsNamedBy(request, *response)) targets.push_back(std::move(target));
  }
  std::vector<Target> cached;
  std::vector<std::string> cached_targets;
  for (const auto& each : targets) {
    auto target = targetOf(each, request);
    if (target.endpoint == nullptr) continue;
    cached_targets.push_back(each);
    cached.push_back(std::move(target));
  }
  if (tags.empty() && cached.empty()) return;

  const auto name = endpoint.name();
  const auto number = observer_ == nullptr ? 0 : observer_->invalidating({name, tags, cached_targets});
  auto status = invalidateTags(endpoint, tags);
  for (const auto& target : cached)
    if (const auto erased = eraseTarget(endpoint, target); status == Status::ok) status = erased;
  if (observer_ != nullptr) observer_->invalidated(number, status);
}

bool WriteInvalidation::concerns(const Request& request) const {
  return targetOf(request.target, request).endpoint != nullptr;
}

WriteInvalidation::Target WriteInvalidation::targetOf(const std::string& of, const Request& request) const {
  Target target{Request::of("GET", of)};
  const auto match = router_.match(target.request);
  if (match.endpoint == nullptr || !match.endpoint->policy) return target;
  target.endpoint = match.endpoint;
  target.request.headers = request.headers;
  target.request.secure = request.secure;
  target.request.boundSession = request.boundSession;
  return target;
}

Status WriteInvalidation::invalidateTags(const Endpoint& endpoint,
                                         const std::vector<std::string>& tags) const {
  if (tags.empty()) return Status::ok;
  const auto status = cache_.invalidate(tags);
  if (status != Status::ok)
    tell(endpoint, "invalidating its tags failed (" + std::string(toString(status)) +
                       "); it will be retried, and other hosts may serve entries with these tags until then");
  return status;
}

// The secondary keys learned from Vary are stored under this key, so erasing it hides the variants too.
Status WriteInvalidation::eraseTarget(const Endpoint& endpoint, const Target& target) const {
  try {
    const auto status = cache_.erase(kResponses, keyOf(*target.endpoint->policy, target.request));
    if (status != Status::ok)
      tell(endpoint, "erasing the entry for its target failed (" + std::string(toString(status)) +
                         "); it will be retried, and other hosts may serve the entry until then");
    return status;
  } catch (const std::exception& error) {  // the key needs a session that cannot be loaded
    tell(endpoint, std::string("the entry for its target was not erased: ") + error.what());
    return Status::internal;
  }
}

void WriteInvalidation::tell(const Endpoint& endpoint, std::string_view what) const {
  if (faults_) faults_(endpoint.name(), what);
}

}  // namespace larder::http
