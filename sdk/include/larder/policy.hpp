// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_POLICY_HPP
#define LARDER_POLICY_HPP

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder {

/// How a value is treated around the end of its time to live. Everything is off by default.
struct Renewal {
  std::chrono::milliseconds staleWhileRevalidate{0};
  std::chrono::milliseconds staleIfError{0};
  std::chrono::milliseconds softTimeout{0};
  double eagerRefresh = 0;  ///< fraction of the time to live after which a hit triggers a refresh; 0: never
  double jitter = 0;        ///< largest random fraction by which the time to live is shortened

  /// Whether a value that expired this long ago may still be served while it is refreshed, or instead of an
  /// error.
  bool servesWhileRenewing(std::chrono::milliseconds expired) const { return expired < staleWhileRevalidate; }
  bool servesInsteadOfAnError(std::chrono::milliseconds expired) const { return expired < staleIfError; }

  /// Whether a value may be recomputed after its caller has been answered.
  bool inBackground() const {
    return staleWhileRevalidate.count() > 0 || softTimeout.count() > 0 || eagerRefresh > 0;
  }
};

/// How a handler's own Cache-Control and Expires affect how long its response is kept.
enum class ResponseRule : std::uint8_t {
  bounds,   ///< they can only shorten the policy's time: the default
  decides,  ///< they alone determine it: CachePolicy::honourResponse
  ignored   ///< only `no-store`, `private` and `no-cache` count: CachePolicy::ignoreResponse
};

/// Query parameters that advertisers and newsletters use to track visitors. They rarely change a response:
/// `cache(30s).varyByQueryExcept(trackingParameters)`.
inline constexpr std::array<std::string_view, 24> trackingParameters{
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "gclid",   "gclsrc",
    "gbraid",     "wbraid",     "dclid",        "fbclid",   "msclkid",     "yclid",  "twclid",  "ttclid",
    "igshid",     "li_fat_id",  "mc_cid",       "mc_eid",   "_ga",         "_gl",    "srsltid", "wickedid"};

/// Returns true if the library was built with zstd. A library without zstd treats compressed entries as
/// misses.
bool canCompress();

/// How long and under which conditions the result of an endpoint or a function may be served from the cache.
/// Written as a chain: `cache(30s).tag("users")`. An invalid call throws std::invalid_argument at once.
class CachePolicy {
 public:
  /// `expire`: the time to live, 1 ms to 100 years.
  explicit CachePolicy(std::chrono::milliseconds expire);

  /// Adds tags, by which entries are invalidated together. `{name}` stands for a path parameter of the route.
  template <class... Names>
  CachePolicy& tag(Names&&... names) {
    (addTag(std::string(std::forward<Names>(names))), ...);
    return *this;
  }

  /// Varies responses by these query parameters only; by default, by all of them.
  template <class... Names>
  CachePolicy& varyByQuery(Names&&... names) {
    distinguishParameters();
    (queryParameters_->emplace_back(std::forward<Names>(names)), ...);
    return *this;
  }

  /// Varies responses by all query parameters except these, on which the handler must not depend. Combining
  /// it with varyByQuery is an error.
  CachePolicy& varyByQueryExcept(std::vector<std::string> names);
  template <std::size_t Count>
  CachePolicy& varyByQueryExcept(const std::array<std::string_view, Count>& names) {
    return varyByQueryExcept(std::vector<std::string>(names.begin(), names.end()));
  }

  /// Varies responses by these request headers too. A response to a request with credentials is cached only
  /// if Authorization is among them.
  template <class... Names>
  CachePolicy& varyByHeader(Names&&... names) {
    (addHeader(std::string(std::forward<Names>(names))), ...);
    return *this;
  }

  /// Caches responses with these statuses for the same time as a 200. Allowed are 200 to 599 except 206 and
  /// 304, which are incomplete.
  template <class... Statuses>
  CachePolicy& statuses(Statuses... statuses) {
    (addStatus(statuses, std::nullopt), ...);
    return *this;
  }

  /// Caches responses with this status too, for a different time: `expireFor(404, 5s)`.
  CachePolicy& expireFor(int status, std::chrono::milliseconds expire);

  /// Lets clients reuse their copy of a response for this long without revalidating it, regardless of
  /// invalidations here. Whole seconds, at least one. Applies if the handler sets no Cache-Control.
  CachePolicy& clientMaxAge(std::chrono::seconds age);

  /// Honors a client's Cache-Control (RFC 9111 5.2.1): `no-cache` and `max-age=0` recompute the response;
  /// `max-age` and `min-fresh` do so if the stored response is too old or stays fresh for too short a time;
  /// `max-stale` accepts an expired response while it is kept, unless the response forbids that. By default
  /// these directives have no effect.
  CachePolicy& honourClient();

  /// Keeps a response for as long as its own `s-maxage`, `max-age` or Expires says, even if that is longer
  /// than the policy's time, up to `cap` (1 ms to 100 years). A response without any of them is not kept.
  /// Every status may then be kept except 206 and 304. For handlers that forward responses of an origin.
  /// Without revalidate(), this also sets a revalidation window of one day.
  CachePolicy& honourResponse(std::chrono::milliseconds cap = std::chrono::hours(24));

  /// Ignores a response's own lifetime and staleness directives, which by default can shorten the policy's
  /// times. `no-store`, `private` and `no-cache` still apply.
  CachePolicy& ignoreResponse();

  /// Takes the first of these fields that a response has, with a valid dictionary of directives, in place of
  /// Cache-Control and Expires, which are then for clients alone (RFC 9213):
  /// `targetedBy("CDN-Cache-Control")`.
  template <class... Names>
  CachePolicy& targetedBy(Names&&... names) {
    (addTargetField(std::string(std::forward<Names>(names))), ...);
    return *this;
  }

  /// Keeps an expired response with an ETag or a Last-Modified for this long, so that it can be revalidated:
  /// the handler receives them as If-None-Match and If-Modified-Since, and its 304 makes the response fresh
  /// again. Also keeps one that must be revalidated before each use (`no-cache`, `max-age=0`). For handlers
  /// that save work by answering 304.
  CachePolicy& revalidate(std::chrono::milliseconds window);

  /// Also stores text of at least this many bytes as gzip, if that is at least a tenth smaller, for clients
  /// that accept it. Default: 1 KiB; 0: never. Responses that vary by Authorization, Cookie or session are
  /// not compressed.
  CachePolicy& gzipFrom(std::size_t bytes);

  /// Gives each session its own responses, and new ones whenever the session's contents change. Visitors
  /// without a session share theirs. Needs App::useSessions.
  CachePolicy& varyBySession() {
    varyBySession_ = true;
    return *this;
  }

  /// Serves an expired value for this long while one refresh runs in the background (RFC 5861). 1 ms to 100
  /// years.
  CachePolicy& staleWhileRevalidate(std::chrono::milliseconds window);

  /// Serves an expired value for this long instead of an error: the computation threw, or the handler
  /// answered 5xx (RFC 5861).
  CachePolicy& staleIfError(std::chrono::milliseconds window);

  /// Also serves an expired value when its computation takes longer than this; the computation then finishes
  /// in the background. The value may be as old as staleIfError allows, which must come earlier in the chain.
  CachePolicy& softTimeout(std::chrono::milliseconds timeout);

  /// Refreshes a value in the background when it is hit after this fraction of its time to live, more than 0
  /// and less than 1. A value that is not requested is not refreshed.
  CachePolicy& eagerRefresh(double part);

  /// Shortens each value's time to live by a random fraction of up to this one, more than 0 and less than 1,
  /// so that values computed together do not expire together.
  CachePolicy& jitter(double part);

  /// Lets only one of the hosts on a backend compute a value; the others wait for it. A host that has waited
  /// this long takes over, because the computing host may be dead, so it must be longer than the computation
  /// takes. Costs three extra round trips per miss. Needs a backend with conditional writes; has no effect
  /// without.
  CachePolicy& lockAcrossHosts(std::chrono::milliseconds expiry);

  /// Stores values of at least this many bytes compressed, if that saves at least an eighth; 0: never.
  /// Overrides CacheOptions::compressFrom. Each hit must be decompressed, so this pays off where bytes cost
  /// more than time: across a network, or if memory is short. Needs canCompress().
  CachePolicy& compress(std::size_t from_bytes);

  std::chrono::milliseconds expire() const { return expire_; }
  const std::optional<std::size_t>& compressFrom() const { return compressFrom_; }
  std::chrono::milliseconds lockAcrossHosts() const { return lockAcrossHosts_; }
  const Renewal& renewal() const { return renewal_; }
  const std::vector<std::string>& tags() const { return tags_; }
  const std::optional<std::vector<std::string>>& queryParameters() const { return queryParameters_; }
  const std::vector<std::string>& ignoredQueryParameters() const { return ignoredQueryParameters_; }
  const std::vector<std::string>& headers() const { return headers_; }
  /// Returns how long a response with that status is kept; nullopt: it is not kept.
  std::optional<std::chrono::milliseconds> expireOf(int status) const;
  /// Returns the statuses that statuses() and expireFor() named, each with its time; nullopt: as a 200's.
  const std::map<int, std::optional<std::chrono::milliseconds>>& namedStatuses() const { return statuses_; }
  /// Returns the longest time that a response of any status is kept.
  std::chrono::milliseconds longestExpire() const;
  const std::optional<std::chrono::seconds>& clientMaxAge() const { return clientMaxAge_; }
  bool honoursClient() const { return honoursClient_; }
  ResponseRule responseRule() const { return responseRule_; }
  /// Returns the longest lifetime that a response may claim under ResponseRule::decides.
  std::chrono::milliseconds responseCap() const { return responseCap_; }
  /// Returns the fields of targetedBy, in their order.
  const std::vector<std::string>& targetFields() const { return targetFields_; }
  /// Returns 0 if responses are not revalidated.
  std::chrono::milliseconds revalidateWindow() const { return revalidateWindow_; }
  std::size_t gzipFrom() const { return gzipFrom_.value_or(1024); }
  /// Returns true if any part of the policy applies only to responses, not to a function's results.
  bool isForResponses() const;
  bool variesBySession() const { return varyBySession_; }

 private:
  void distinguishParameters();
  void addTag(std::string name);
  void addHeader(std::string name);
  void addTargetField(std::string name);
  void addStatus(int status, std::optional<std::chrono::milliseconds> expire);

  std::chrono::milliseconds expire_;
  Renewal renewal_;
  std::chrono::milliseconds lockAcrossHosts_{0};
  std::optional<std::size_t> compressFrom_;
  std::vector<std::string> tags_;
  std::optional<std::vector<std::string>> queryParameters_;
  std::vector<std::string> ignoredQueryParameters_;
  std::vector<std::string> headers_;
  std::vector<std::string> targetFields_;
  std::map<int, std::optional<std::chrono::milliseconds>> statuses_;  // without a value: same as for a 200
  std::optional<std::chrono::seconds> clientMaxAge_;
  bool honoursClient_ = false;
  ResponseRule responseRule_ = ResponseRule::bounds;
  std::chrono::milliseconds responseCap_{0};
  std::chrono::milliseconds revalidateWindow_{0};
  std::optional<std::size_t> gzipFrom_;
  bool varyBySession_ = false;
};

inline CachePolicy cache(std::chrono::milliseconds expire) { return CachePolicy(expire); }

/// The tags that an endpoint invalidates after a successful write.
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
