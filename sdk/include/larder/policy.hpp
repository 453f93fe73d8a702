// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_POLICY_HPP
#define LARDER_POLICY_HPP

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace larder {

/// How long and under which conditions an endpoint's or a function's result may be served from the cache.
/// Written as a chain: `cache(30s).tag("users")`. A wrong one throws std::invalid_argument where it is
/// written.
class CachePolicy {
 public:
  /// 1 ms to 100 years.
  explicit CachePolicy(std::chrono::milliseconds expire);

  /// Names by which entries are invalidated together. `{name}` stands for a path parameter of the route.
  template <class... Names>
  CachePolicy& tag(Names&&... names) {
    (addTag(std::string(std::forward<Names>(names))), ...);
    return *this;
  }

  /// Only these query parameters distinguish responses; without this, all do.
  template <class... Names>
  CachePolicy& varyByQuery(Names&&... names) {
    if (!queryParameters_) queryParameters_.emplace();
    (queryParameters_->emplace_back(std::forward<Names>(names)), ...);
    return *this;
  }

  /// These request headers distinguish responses too. A response to a request with credentials is cached
  /// only if its Authorization is among them.
  template <class... Names>
  CachePolicy& varyByHeader(Names&&... names) {
    (addHeader(std::string(std::forward<Names>(names))), ...);
    return *this;
  }

  std::chrono::milliseconds expire() const { return expire_; }
  const std::vector<std::string>& tags() const { return tags_; }
  const std::optional<std::vector<std::string>>& queryParameters() const { return queryParameters_; }
  const std::vector<std::string>& headers() const { return headers_; }

  /// The same policy with another time to live, as a configuration may give it.
  CachePolicy withExpire(std::chrono::milliseconds expire) const;

 private:
  void addTag(std::string name);
  void addHeader(std::string name);

  std::chrono::milliseconds expire_;
  std::vector<std::string> tags_;
  std::optional<std::vector<std::string>> queryParameters_;
  std::vector<std::string> headers_;
};

inline CachePolicy cache(std::chrono::milliseconds expire) { return CachePolicy(expire); }

/// What a successful write makes stale: the tags that an endpoint invalidates.
class Invalidation {
 public:
  explicit Invalidation(std::vector<std::string> tags);
  const std::vector<std::string>& tags() const { return tags_; }

 private:
  std::vector<std::string> tags_;
};

/// `invalidates("users", "user:{id}")`
template <class... Names>
Invalidation invalidates(Names&&... names) {
  return Invalidation({std::string(std::forward<Names>(names))...});
}

}  // namespace larder

#endif
