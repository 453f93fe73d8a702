// SPDX-License-Identifier: Apache-2.0
#include "response_cache/cache_status.hpp"

#include <algorithm>
#include <charconv>

namespace larder::http {
namespace {

using Source = CacheResult::Source;
using Storing = CacheResult::Storing;

}  // namespace

template <std::size_t Most>
HitFields::Text<Most>& HitFields::Text<Most>::add(std::string_view part) {
  const auto count = std::min(part.size(), Most - size_);
  std::copy_n(part.data(), count, bytes_.data() + size_);
  size_ += count;
  return *this;
}

// Appends whole seconds.
template <std::size_t Most>
HitFields::Text<Most>& HitFields::Text<Most>::addSeconds(std::chrono::milliseconds duration) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(duration).count();
  const auto end = std::to_chars(bytes_.data() + size_, bytes_.data() + Most, seconds).ptr;
  size_ = static_cast<std::size_t>(end - bytes_.data());
  return *this;
}

HitFields::HitFields(const CacheResult& hit, std::chrono::seconds age, std::string_view why_stale) {
  age_.addSeconds(hit.age + age);
  status_.add("larder; hit; ttl=").addSeconds(hit.ttl);
  if (hit.source == Source::hit) return;
  const std::string_view by_engine =
      hit.source == Source::stale ? "stale-while-revalidate" : "stale-if-error";
  status_.add("; detail=\"").add(why_stale.empty() ? by_engine : why_stale).add("\"");
}

std::string missStatus(std::string_view forward, const CacheResult& result, std::string_view reason,
                       const std::optional<std::chrono::milliseconds>& shortened) {
  std::string status = "larder; fwd=" + std::string(forward);
  if (result.source == Source::shared) status += "; collapsed";
  if (reason.empty() && result.storing == Storing::tooLarge) reason = "too large";
  if (reason.empty() && result.storing == Storing::backendFailed) reason = "backend unavailable";
  if (reason.empty() && result.storing == Storing::notCacheable) reason = "invalidated meanwhile";
  if (!reason.empty()) return status + "; detail=\"" + std::string(reason) + "\"";
  status += "; stored";
  if (!shortened) return status;
  return status + "; ttl=" + std::to_string(std::chrono::floor<std::chrono::seconds>(*shortened).count());
}

}  // namespace larder::http
