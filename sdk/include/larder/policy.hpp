// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_POLICY_HPP
#define LARDER_POLICY_HPP

#include <array>
#include <atomic>
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

/// What may happen to a value around the end of its time to live. Everything is off by default.
struct Renewal {
  std::chrono::milliseconds staleWhileRevalidate{0};
  std::chrono::milliseconds staleIfError{0};
  std::chrono::milliseconds softTimeout{0};
  double eagerRefresh = 0;  ///< the part of the time to live after which a hit renews; 0: never
  double jitter = 0;        ///< the part of the time to live that chance may take away

  /// Whether a value that expired so long ago is still served while it is renewed, or instead of an error.
  bool servesWhileRenewing(std::chrono::milliseconds expired) const { return expired < staleWhileRevalidate; }
  bool servesInsteadOfAnError(std::chrono::milliseconds expired) const { return expired < staleIfError; }

  /// A value may be computed anew after its caller has been answered.
  bool inBackground() const {
    return staleWhileRevalidate.count() > 0 || softTimeout.count() > 0 || eagerRefresh > 0;
  }
};

/// A duration that may be changed while others read it; a copy is one of its own.
class LiveDuration {
 public:
  LiveDuration(std::chrono::milliseconds duration) : ms_(duration.count()) {}
  LiveDuration(const LiveDuration& other) : LiveDuration(other.get()) {}
  LiveDuration& operator=(const LiveDuration& other) {
    set(other.get());
    return *this;
  }

  std::chrono::milliseconds get() const {
    return std::chrono::milliseconds(ms_.load(std::memory_order_relaxed));
  }
  void set(std::chrono::milliseconds duration) { ms_.store(duration.count(), std::memory_order_relaxed); }

 private:
  std::atomic<std::chrono::milliseconds::rep> ms_;
};

/// What a handler's own Cache-Control and Expires mean for the time that its response is kept.
enum class ResponseRule : std::uint8_t {
  bounds,   ///< they can only shorten what the policy says: the default
  decides,  ///< they alone say it: CachePolicy::honourResponse
  ignored   ///< only `no-store`, `private` and `no-cache` count: CachePolicy::ignoreResponse
};

/// Query parameters by which advertisers and newsletters follow visitors; they rarely change a response:
/// `cache(30s).varyByQueryExcept(trackingParameters)`.
inline constexpr std::array<std::string_view, 24> trackingParameters{
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "gclid",   "gclsrc",
    "gbraid",     "wbraid",     "dclid",        "fbclid",   "msclkid",     "yclid",  "twclid",  "ttclid",
    "igshid",     "li_fat_id",  "mc_cid",       "mc_eid",   "_ga",         "_gl",    "srsltid", "wickedid"};

/// True if the library was built with zstd. One that was not takes compressed entries for misses.
bool canCompress();

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
    distinguishParameters();
    (queryParameters_->emplace_back(std::forward<Names>(names)), ...);
    return *this;
  }

  /// All query parameters distinguish responses but for these, which the handler must not depend on. Not
  /// together with varyByQuery, which is an error.
  CachePolicy& varyByQueryExcept(std::vector<std::string> names);
  template <std::size_t Count>
  CachePolicy& varyByQueryExcept(const std::array<std::string_view, Count>& names) {
    return varyByQueryExcept(std::vector<std::string>(names.begin(), names.end()));
  }

  /// These request headers distinguish responses too. A response to a request with credentials is cached
  /// only if its Authorization is among them.
  template <class... Names>
  CachePolicy& varyByHeader(Names&&... names) {
    (addHeader(std::string(std::forward<Names>(names))), ...);
    return *this;
  }

  /// Responses with these statuses are kept as a 200 is. 200 to 599 but for 206 and 304, which are not whole.
  template <class... Statuses>
  CachePolicy& statuses(Statuses... statuses) {
    (addStatus(statuses, std::nullopt), ...);
    return *this;
  }

  /// Responses with this status are kept too, for a time of their own: `expireFor(404, 5s)`.
  CachePolicy& expireFor(int status, std::chrono::milliseconds expire);

  /// Clients may use their copy of a response for so long without asking, whatever is invalidated here. Whole
  /// seconds, at least one. Holds where the handler sets no Cache-Control.
  CachePolicy& clientMaxAge(std::chrono::seconds age);

  /// A client's Cache-Control counts (RFC 9111 5.2.1): `no-cache` and `max-age=0` have the response made
  /// again, `max-age` and `min-fresh` do if what is stored is older, or fresh for less; with `max-stale` a
  /// response that expired is served while it is kept, unless it forbids that. Without this they have no
  /// effect.
  CachePolicy& honourClient();

  /// A response is kept for as long as its own `s-maxage`, `max-age` or Expires say, also if that is longer
  /// than the policy's time, up to `cap` (1 ms to 100 years); one that says nothing is not kept. Every status
  /// may be kept then but 206 and 304. For handlers that forward what an origin says. Without revalidate() it
  /// sets a window of a day.
  CachePolicy& honourResponse(std::chrono::milliseconds cap = std::chrono::hours(24));

  /// A response's own lifetime and what it says about staleness have no effect; without this they can shorten
  /// what the policy says. `no-store`, `private` and `no-cache` hold as always.
  CachePolicy& ignoreResponse();

  /// Where a response has one of these fields, it speaks to this cache in place of Cache-Control and Expires,
  /// which are then for clients alone (RFC 9213): `targetedBy("CDN-Cache-Control")`. The first one counts
  /// that is there and a valid dictionary of directives.
  template <class... Names>
  CachePolicy& targetedBy(Names&&... names) {
    (addTargetField(std::string(std::forward<Names>(names))), ...);
    return *this;
  }

  /// For so long after it expired a response that its handler gave an ETag or a Last-Modified is kept to be
  /// validated: the handler gets them as If-None-Match and If-Modified-Since, and its 304 makes the response
  /// fresh again. So is one that may not be served without (`no-cache`, `max-age=0`). For handlers that
  /// answer 304 where that saves work.
  CachePolicy& revalidate(std::chrono::milliseconds window);

  /// Text of this size and more is stored as gzip too, where that is a tenth shorter, for the clients that
  /// accept it. 1 KiB without this; 0: never. Responses that vary by Authorization, Cookie or session are
  /// not.
  CachePolicy& gzipFrom(std::size_t bytes);

  /// Each session has responses of its own, and new ones when something in it changes; visitors without one
  /// share. Needs App::useSessions.
  CachePolicy& varyBySession() {
    varyBySession_ = true;
    return *this;
  }

  /// For so long after it expired the value is still served while it is computed anew in the background, once
  /// (RFC 5861). 1 ms to 100 years.
  CachePolicy& staleWhileRevalidate(std::chrono::milliseconds window);

  /// For so long after it expired the value is served instead of an error: the computation threw, or the
  /// handler answered 5xx (RFC 5861).
  CachePolicy& staleIfError(std::chrono::milliseconds window);

  /// An expired value is also served when its computation takes longer than this; the computation then ends
  /// in the background. For as long as staleIfError says, which comes before it in the chain.
  CachePolicy& softTimeout(std::chrono::milliseconds timeout);

  /// A hit after this part of the time to live, more than 0 and less than 1, renews the value in the
  /// background. A value that nobody asks for is not renewed.
  CachePolicy& eagerRefresh(double part);

  /// Each value lives shorter by a random part of up to this one, more than 0 and less than 1, so that values
  /// that were computed together do not expire together.
  CachePolicy& jitter(double part);

  /// Of all hosts on one backend one computes, the others wait for its value: for so long, then another takes
  /// its place, for it may be dead. Longer than the computation takes. Costs each miss three round trips
  /// more; needs a backend with conditional writes, and does nothing without.
  CachePolicy& lockAcrossHosts(std::chrono::milliseconds expiry);

  /// Values of so many bytes and more are stored compressed, where that saves an eighth; 0: none. Instead of
  /// CacheOptions::compressFrom. Each hit is decompressed, so it is worth it where bytes cost more than time:
  /// behind a network, or where memory is short. Needs canCompress().
  CachePolicy& compress(std::size_t from_bytes);

  std::chrono::milliseconds expire() const { return expire_.get(); }
  const std::optional<std::size_t>& compressFrom() const { return compressFrom_; }
  std::chrono::milliseconds lockAcrossHosts() const { return lockAcrossHosts_; }
  const Renewal& renewal() const { return renewal_; }
  const std::vector<std::string>& tags() const { return tags_; }
  const std::optional<std::vector<std::string>>& queryParameters() const { return queryParameters_; }
  const std::vector<std::string>& ignoredQueryParameters() const { return ignoredQueryParameters_; }
  const std::vector<std::string>& headers() const { return headers_; }
  /// How long a response with that status is kept; nullopt: not at all.
  std::optional<std::chrono::milliseconds> expireOf(int status) const;
  /// The longest that a response of any status is kept.
  std::chrono::milliseconds longestExpire() const;
  const std::optional<std::chrono::seconds>& clientMaxAge() const { return clientMaxAge_; }
  bool honoursClient() const { return honoursClient_; }
  ResponseRule responseRule() const { return responseRule_; }
  /// The longest time that a response may claim under ResponseRule::decides.
  std::chrono::milliseconds responseCap() const { return responseCap_; }
  /// The fields of targetedBy, in their order.
  const std::vector<std::string>& targetFields() const { return targetFields_; }
  /// 0: nothing is validated.
  std::chrono::milliseconds revalidateWindow() const { return revalidateWindow_; }
  std::size_t gzipFrom() const { return gzipFrom_.value_or(1024); }
  /// True if something in it has a meaning for responses only, not for a function's results.
  bool isForResponses() const;
  bool variesBySession() const { return varyBySession_; }

  /// Replaces the time to live, 1 ms to 100 years, as a configuration may do; also while other threads use
  /// the policy. What is stored already keeps the one it was stored with.
  void changeExpire(std::chrono::milliseconds expire);

 private:
  void distinguishParameters();
  void addTag(std::string name);
  void addHeader(std::string name);
  void addTargetField(std::string name);
  void addStatus(int status, std::optional<std::chrono::milliseconds> expire);

  LiveDuration expire_;
  Renewal renewal_;
  std::chrono::milliseconds lockAcrossHosts_{0};
  std::optional<std::size_t> compressFrom_;
  std::vector<std::string> tags_;
  std::optional<std::vector<std::string>> queryParameters_;
  std::vector<std::string> ignoredQueryParameters_;
  std::vector<std::string> headers_;
  std::vector<std::string> targetFields_;
  std::map<int, std::optional<std::chrono::milliseconds>> statuses_;  // without a value: as a 200
  std::optional<std::chrono::seconds> clientMaxAge_;
  bool honoursClient_ = false;
  ResponseRule responseRule_ = ResponseRule::bounds;
  std::chrono::milliseconds responseCap_{0};
  std::chrono::milliseconds revalidateWindow_{0};
  std::optional<std::size_t> gzipFrom_;
  bool varyBySession_ = false;
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
