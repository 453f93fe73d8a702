// SPDX-License-Identifier: Apache-2.0
#include <larder/abi.h>
#include <larder/policy.hpp>
#include <larder/quantity.hpp>

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "entry/compression.hpp"

namespace larder {
namespace {

constexpr std::size_t kMaxTagSize = 200;  // a tag becomes part of a key

void checkExpire(std::chrono::milliseconds expire) {
  if (expire.count() < 1 || expire.count() > LARDER_TTL_MAX_MS)
    throw std::invalid_argument("cache policy: expire " + std::to_string(expire.count()) +
                                "ms is out of range; use 1ms to 36500d");
}

void checkWindow(std::string_view setter, std::chrono::milliseconds window) {
  if (window.count() < 1 || window.count() > LARDER_TTL_MAX_MS)
    throw std::invalid_argument("cache policy: " + std::string(setter) + "(" +
                                std::to_string(window.count()) + "ms) is out of range; use 1ms to 36500d");
}

void checkPart(std::string_view setter, double part) {
  if (!(part > 0 && part < 1))
    throw std::invalid_argument("cache policy: " + std::string(setter) + "(" + std::to_string(part) +
                                ") is out of range; use a part between 0 and 1, like 0.1");
}

void checkTag(const std::string& name) {
  if (name.empty() || name.size() > kMaxTagSize)
    throw std::invalid_argument("cache policy: tag \"" + name + "\" is empty or longer than " +
                                std::to_string(kMaxTagSize) + " bytes");
}

[[noreturn]] void refuseBothQueryRules() {
  throw std::invalid_argument(
      "cache policy: varyByQuery says which parameters count, so varyByQueryExcept adds nothing to it");
}

}  // namespace

bool canCompress() { return builtWithZstd(); }

CachePolicy::CachePolicy(std::chrono::milliseconds expire) : expire_(expire) { checkExpire(expire); }

CachePolicy& CachePolicy::expireFor(int status, std::chrono::milliseconds expire) {
  checkWindow("expireFor", expire);
  addStatus(status, expire);
  return *this;
}

CachePolicy& CachePolicy::clientMaxAge(std::chrono::seconds age) {
  checkWindow("clientMaxAge", age);
  clientMaxAge_ = age;
  return *this;
}

CachePolicy& CachePolicy::honourClient() {
  honoursClient_ = true;
  return *this;
}

CachePolicy& CachePolicy::honourResponse(std::chrono::milliseconds cap) {
  checkWindow("honourResponse", cap);
  responseRule_ = ResponseRule::decides;
  responseCap_ = cap;
  if (revalidateWindow_.count() == 0) revalidateWindow_ = std::chrono::hours(24);
  return *this;
}

CachePolicy& CachePolicy::ignoreResponse() {
  responseRule_ = ResponseRule::ignored;
  return *this;
}

CachePolicy& CachePolicy::revalidate(std::chrono::milliseconds window) {
  checkWindow("revalidate", window);
  revalidateWindow_ = window;
  return *this;
}

CachePolicy& CachePolicy::varyByQueryExcept(std::vector<std::string> names) {
  if (queryParameters_) refuseBothQueryRules();
  for (auto& name : names) ignoredQueryParameters_.push_back(std::move(name));
  return *this;
}

CachePolicy& CachePolicy::gzipFrom(std::size_t bytes) {
  gzipFrom_ = bytes;
  return *this;
}

std::optional<std::chrono::milliseconds> CachePolicy::expireOf(int status) const {
  const auto found = statuses_.find(status);
  if (found != statuses_.end()) return found->second.value_or(expire());
  return status == 200 ? std::optional(expire()) : std::nullopt;
}

std::chrono::milliseconds CachePolicy::longestExpire() const {
  auto longest = expire();
  for (const auto& [status, own] : statuses_) longest = std::max(longest, own.value_or(longest));
  if (responseRule_ == ResponseRule::decides) longest = std::max(longest, responseCap_);
  return longest;
}

bool CachePolicy::isForResponses() const {
  return queryParameters_ || !ignoredQueryParameters_.empty() || responseRule_ != ResponseRule::bounds ||
         revalidateWindow_.count() > 0 || !headers_.empty() || !targetFields_.empty() || !statuses_.empty() ||
         clientMaxAge_ || honoursClient_ || gzipFrom_ || varyBySession_;
}

CachePolicy& CachePolicy::staleWhileRevalidate(std::chrono::milliseconds window) {
  checkWindow("staleWhileRevalidate", window);
  renewal_.staleWhileRevalidate = window;
  return *this;
}

CachePolicy& CachePolicy::staleIfError(std::chrono::milliseconds window) {
  checkWindow("staleIfError", window);
  renewal_.staleIfError = window;
  return *this;
}

CachePolicy& CachePolicy::softTimeout(std::chrono::milliseconds timeout) {
  checkWindow("softTimeout", timeout);
  if (renewal_.staleIfError.count() == 0)
    throw std::invalid_argument(
        "cache policy: softTimeout needs to know for how long an expired value may be served; write "
        "staleIfError before it");
  renewal_.softTimeout = timeout;
  return *this;
}

CachePolicy& CachePolicy::eagerRefresh(double part) {
  checkPart("eagerRefresh", part);
  renewal_.eagerRefresh = part;
  return *this;
}

CachePolicy& CachePolicy::jitter(double part) {
  checkPart("jitter", part);
  renewal_.jitter = part;
  return *this;
}

CachePolicy& CachePolicy::lockAcrossHosts(std::chrono::milliseconds expiry) {
  checkWindow("lockAcrossHosts", expiry);
  lockAcrossHosts_ = expiry;
  return *this;
}

CachePolicy& CachePolicy::compress(std::size_t from_bytes) {
  if (from_bytes > 0 && !canCompress())
    throw std::invalid_argument(
        "cache policy: compress(" + std::to_string(from_bytes) +
        ") needs zstd, and the library was built without; build it with LARDER_WITH_ZSTD");
  compressFrom_ = from_bytes;
  return *this;
}

void CachePolicy::distinguishParameters() {
  if (!ignoredQueryParameters_.empty()) refuseBothQueryRules();
  if (!queryParameters_) queryParameters_.emplace();
}

void CachePolicy::addTag(std::string name) {
  checkTag(name);
  tags_.push_back(std::move(name));
}

void CachePolicy::addHeader(std::string name) {
  if (name.empty()) throw std::invalid_argument("cache policy: varyByHeader needs a header's name");
  // `Vary: *` means that no two requests match, so a stored response would never be found.
  if (name == "*") throw std::invalid_argument("cache policy: varyByHeader(\"*\") would never find anything");
  headers_.push_back(std::move(name));
}

void CachePolicy::addTargetField(std::string name) {
  if (name.empty()) throw std::invalid_argument("cache policy: targetedBy needs a field's name");
  targetFields_.push_back(std::move(name));
}

void CachePolicy::addStatus(int status, std::optional<std::chrono::milliseconds> expire) {
  if (status < 200 || status > 599 || status == 206 || status == 304)
    throw std::invalid_argument("cache policy: a response with status " + std::to_string(status) +
                                " is not cacheable; use 200 to 599 except 206 and 304");
  statuses_[status] = expire;
}

Invalidation::Invalidation(std::vector<std::string> tags) : tags_(std::move(tags)) {
  if (tags_.empty()) throw std::invalid_argument("invalidates(): name at least one tag");
  for (const auto& tag : tags_) checkTag(tag);
}

}  // namespace larder
