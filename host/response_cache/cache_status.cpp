// SPDX-License-Identifier: Apache-2.0
#include "response_cache/cache_status.hpp"

namespace larder::http {
namespace {

using Source = CacheResult::Source;
using Storing = CacheResult::Storing;

}  // namespace

std::string inSeconds(std::chrono::milliseconds duration) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(duration).count());
}

std::string hitStatus(const CacheResult& hit) {
  std::string status = "larder; hit; ttl=" + inSeconds(hit.ttl);
  if (hit.source == Source::stale) status += "; detail=\"stale-while-revalidate\"";
  if (hit.source == Source::staleOnError) status += "; detail=\"stale-if-error\"";
  return status;
}

std::string missStatus(std::string_view forward, const CacheResult& result, std::string_view reason) {
  std::string status = "larder; fwd=" + std::string(forward);
  if (result.source == Source::shared) status += "; collapsed";
  if (reason.empty() && result.storing == Storing::tooLarge) reason = "too large";
  if (reason.empty() && result.storing == Storing::backendFailed) reason = "backend unavailable";
  if (reason.empty() && result.storing == Storing::notCacheable) reason = "invalidated meanwhile";
  return reason.empty() ? status + "; stored" : status + "; detail=\"" + std::string(reason) + "\"";
}

}  // namespace larder::http
