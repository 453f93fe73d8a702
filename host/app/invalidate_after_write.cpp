// SPDX-License-Identifier: Apache-2.0
#include "app/invalidate_after_write.hpp"

#include <exception>
#include <string>
#include <vector>

#include <larder/http/cacheability.hpp>
#include "response_cache/plan.hpp"

namespace larder::http {

bool isWrite(std::string_view method) {
  return method != "GET" && method != "HEAD" && method != "OPTIONS" && method != "TRACE";
}

bool mayHaveWritten(int status) { return status < 400 || status >= 500; }

void WriteInvalidation::run(const Endpoint& endpoint, const Request& request) const {
  invalidateTags(endpoint, request);
  try {
    eraseTarget(endpoint, request);
  } catch (const std::exception& error) {  // the key needs a session that cannot be loaded
    tell(endpoint, std::string("what is stored for its target stays: ") + error.what());
  }
}

bool WriteInvalidation::concerns(const Request& request) const {
  return targetOf(request).endpoint != nullptr;
}

WriteInvalidation::Target WriteInvalidation::targetOf(const Request& request) const {
  Target target{Request::of("GET", request.target)};
  const auto match = router_.match(target.request);
  if (match.endpoint == nullptr || !match.endpoint->policy) return target;
  target.endpoint = match.endpoint;
  target.request.headers = request.headers;
  target.request.secure = request.secure;
  target.request.boundSession = request.boundSession;
  return target;
}

void WriteInvalidation::invalidateTags(const Endpoint& endpoint, const Request& request) const {
  if (endpoint.invalidates.empty()) return;
  std::vector<std::string> tags;
  for (const auto& tag : endpoint.invalidates) tags.push_back(fillIn(tag, request));
  const auto status = cache_.invalidate(tags);
  if (status != Status::ok)
    tell(endpoint, "invalidating its tags failed (" + std::string(toString(status)) +
                       "); it is tried again, and other hosts may serve entries with them until then");
}

// What was learned from Vary lies under this key, so with it go the ways to the variants.
void WriteInvalidation::eraseTarget(const Endpoint& endpoint, const Request& request) const {
  const auto target = targetOf(request);
  if (target.endpoint == nullptr) return;
  const auto status = cache_.erase(kResponses, keyOf(*target.endpoint->policy, target.request));
  if (status != Status::ok)
    tell(endpoint, "erasing what is stored for its target failed (" + std::string(toString(status)) +
                       "); it is tried again, and other hosts may serve it until then");
}

void WriteInvalidation::tell(const Endpoint& endpoint, std::string_view what) const {
  if (faults_) faults_(endpoint.name(), what);
}

}  // namespace larder::http
