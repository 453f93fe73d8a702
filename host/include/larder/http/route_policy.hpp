// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_ROUTE_POLICY_HPP
#define LARDER_HTTP_ROUTE_POLICY_HPP

#include <larder/policy.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace larder::http {

/// What a configuration says over the policy that a route was declared with. What is not set stays as
/// declared. Nothing here shares between requests what the declared policy keeps apart by name: its headers,
/// its session and its query parameters stay.
struct PolicyOverride {
  std::optional<bool> enabled{};                         ///< false: the handler answers each request
  std::optional<std::chrono::milliseconds> expire{};     ///< 1 ms to 100 years
  std::optional<std::vector<int>> statuses{};            ///< kept as a 200 is, instead of those declared so
  std::map<int, std::chrono::milliseconds> expireFor{};  ///< by status; 0: not kept, but for a 200
  std::optional<std::chrono::milliseconds> staleWhileRevalidate{};  ///< of these nine, 0: off
  std::optional<std::chrono::milliseconds> staleIfError{};
  std::optional<std::chrono::milliseconds> softTimeout{};
  std::optional<double> eagerRefresh{};
  std::optional<double> jitter{};
  std::optional<std::chrono::seconds> clientMaxAge{};
  std::optional<std::chrono::milliseconds> honourResponse{};  ///< the cap; not together with ignoreResponse
  std::optional<std::chrono::milliseconds> revalidate{};      ///< the window; never 0 with honourResponse
  std::optional<std::chrono::milliseconds> lockAcrossHosts{};
  std::optional<bool> ignoreResponse{};
  std::optional<std::vector<std::string>> targetedBy{};  ///< instead of those declared; empty: none
  std::optional<bool> honourClient{};
  std::optional<std::vector<std::string>> varyByQuery{};  ///< only these, and those that were declared
  /// Instead of those declared; refused where there is a varyByQuery.
  std::optional<std::vector<std::string>> varyByQueryExcept{};
  std::optional<std::vector<std::string>> varyByHeader{};  ///< beside those that were declared
  std::optional<std::size_t> compressFrom{};               ///< bytes; 0: never
  std::optional<std::size_t> gzipFrom{};                   ///< bytes; 0: never

  bool operator==(const PolicyOverride&) const = default;
};

/// The declared policy with that over it. Throws std::invalid_argument if that makes no policy: a value is
/// out of range, two rules exclude each other, or softTimeout is left without staleIfError.
CachePolicy overridden(const CachePolicy& declared, const PolicyOverride& by);

/// The policy of a route: none, or the one that is in effect, which a configuration may replace while
/// requests are answered. A copy is the same one. Thread-safe, but for assignment.
class RoutePolicy {
 public:
  RoutePolicy() = default;
  RoutePolicy(CachePolicy declared);

  explicit operator bool() const { return state_ != nullptr; }
  /// What is in effect now. It stays as it is, and exists as long as the RoutePolicy: what answers a request
  /// goes by one throughout.
  const CachePolicy& operator*() const;
  const CachePolicy* operator->() const { return &**this; }

  const CachePolicy& declared() const;
  /// False: the cache is to stay out of the way. There is a policy.
  bool enabled() const;

  /// Puts `by` over the declared policy, instead of what was put over it before. Throws as overridden() does,
  /// and then changes nothing. Each change takes some hundred bytes for as long as the RoutePolicy lives.
  void override(const PolicyOverride& by);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace larder::http

#endif
