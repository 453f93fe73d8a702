// SPDX-License-Identifier: Apache-2.0
#include <larder/abi.h>
#include <larder/policy.hpp>
#include <larder/quantity.hpp>

#include <stdexcept>

namespace larder {
namespace {

constexpr std::size_t kMaxTagSize = 200;  // a tag becomes part of a key

void checkExpire(std::chrono::milliseconds expire) {
  if (expire.count() < 1 || expire.count() > LARDER_TTL_MAX_MS)
    throw std::invalid_argument("cache policy: expire " + std::to_string(expire.count()) +
                                "ms is out of range; use 1ms to 36500d");
}

void checkTag(const std::string& name) {
  if (name.empty() || name.size() > kMaxTagSize)
    throw std::invalid_argument("cache policy: tag \"" + name + "\" is empty or longer than " +
                                std::to_string(kMaxTagSize) + " bytes");
}

}  // namespace

CachePolicy::CachePolicy(std::chrono::milliseconds expire) : expire_(expire) { checkExpire(expire); }

CachePolicy CachePolicy::withExpire(std::chrono::milliseconds expire) const {
  checkExpire(expire);
  CachePolicy changed = *this;
  changed.expire_ = expire;
  return changed;
}

void CachePolicy::addTag(std::string name) {
  checkTag(name);
  tags_.push_back(std::move(name));
}

void CachePolicy::addHeader(std::string name) {
  if (name.empty()) throw std::invalid_argument("cache policy: varyByHeader needs a header's name");
  headers_.push_back(std::move(name));
}

Invalidation::Invalidation(std::vector<std::string> tags) : tags_(std::move(tags)) {
  if (tags_.empty()) throw std::invalid_argument("invalidates(): name at least one tag");
  for (const auto& tag : tags_) checkTag(tag);
}

}  // namespace larder
