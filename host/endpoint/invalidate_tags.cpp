// SPDX-License-Identifier: Apache-2.0
#include "endpoint/invalidate_tags.hpp"

#include <string>
#include <vector>

namespace larder::http {

void invalidateTags(Cache& cache, const Endpoint& endpoint, const Request& request, const FaultSink& faults) {
  std::vector<std::string> tags;
  for (const auto& tag : endpoint.invalidates) tags.push_back(fillIn(tag, request));
  const auto status = cache.invalidate(tags);
  if (status != Status::ok && faults)
    faults(endpoint.name(),
           "invalidating its tags failed (" + std::string(toString(status)) +
               "); it is tried again, and other hosts may serve entries with them until then");
}

}  // namespace larder::http
