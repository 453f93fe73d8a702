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

/// Configured changes to a route's declared policy; unset members leave it as declared. No override can make
/// requests share a response that the declared policy keeps apart by name: its headers, session and query
/// parameters remain part of the key.
struct PolicyOverride {
  std::optional<bool> enabled{};                         ///< false: the handler answers every request
  std::optional<std::chrono::milliseconds> expire{};     ///< 1 ms to 100 years
  std::optional<std::vector<int>> statuses{};            ///< stored like a 200, instead of the declared ones
  std::map<int, std::chrono::milliseconds> expireFor{};  ///< by status; 0: not stored, except a 200
  std::optional<std::chrono::milliseconds> staleWhileRevalidate{};  ///< for these nine, 0: off
  std::optional<std::chrono::milliseconds> staleIfError{};
  std::optional<std::chrono::milliseconds> softTimeout{};
  std::optional<double> eagerRefresh{};
  std::optional<double> jitter{};
  std::optional<std::chrono::seconds> clientMaxAge{};
  std::optional<std::chrono::milliseconds> honourResponse{};  ///< the cap; excludes ignoreResponse
  std::optional<std::chrono::milliseconds> revalidate{};      ///< the window; never 0 with honourResponse
  std::optional<std::chrono::milliseconds> lockAcrossHosts{};
  std::optional<bool> ignoreResponse{};
  std::optional<std::vector<std::string>> targetedBy{};  ///< instead of those declared; empty: none
  std::optional<bool> honourClient{};
  std::optional<std::vector<std::string>> varyByQuery{};  ///< only these and the declared ones
  /// Replaces the declared ones; cannot be combined with varyByQuery.
  std::optional<std::vector<std::string>> varyByQueryExcept{};
  std::optional<std::vector<std::string>> varyByHeader{};  ///< in addition to the declared ones
  std::optional<std::size_t> compressFrom{};               ///< bytes; 0: never
  std::optional<std::size_t> gzipFrom{};                   ///< bytes; 0: never

  bool operator==(const PolicyOverride&) const = default;
};

/// Returns the declared policy with the overrides applied. Throws std::invalid_argument if the result is not
/// a valid policy: a value is out of range, two rules exclude each other, or softTimeout lacks staleIfError.
CachePolicy overridden(const CachePolicy& declared, const PolicyOverride& by);

/// The policy of a route: none, or the one in effect, which configuration may replace while requests are
/// answered. Copies share it. Thread-safe, except for assignment.
class RoutePolicy {
 public:
  RoutePolicy() = default;
  RoutePolicy(CachePolicy declared);

  explicit operator bool() const { return state_ != nullptr; }
  /// Returns the policy now in effect. It never changes and lives as long as the RoutePolicy, so a request
  /// can use one policy throughout.
  const CachePolicy& operator*() const;
  const CachePolicy* operator->() const { return &**this; }

  const CachePolicy& declared() const;
  /// Returns false if caching is disabled. The route must have a policy.
  bool enabled() const;

  /// Applies `by` to the declared policy, replacing an earlier override. Throws as overridden() does, and
  /// then changes nothing. Each change uses some hundred bytes until the RoutePolicy is destroyed.
  void override(const PolicyOverride& by);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace larder::http

#endif
