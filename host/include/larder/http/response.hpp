// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_RESPONSE_HPP
#define LARDER_HTTP_RESPONSE_HPP

#include <larder/http/headers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::http {

struct StoredForm;

/// How a response depends on the visitor's session.
enum class SessionUse : std::uint8_t {
  none,  ///< not at all: it is the same for everyone
  key,   ///< it is cached for its session only
  own    ///< it is specific to this visitor and not cached
};

/// A handler's caching instructions for one response, in addition to the endpoint's policy. Not sent.
struct Caching {
  /// Store it for at most this long; 0 or less: do not store it.
  std::optional<std::chrono::milliseconds> expire{};
  /// Do not store it.
  bool skip = false;
  /// How long after its expiry this response may be served during a refresh, or instead of an error.
  /// Overrides the policy; 0: not at all. Cache-Control: must-revalidate overrides both.
  std::optional<std::chrono::milliseconds> staleWhileRevalidate{};
  std::optional<std::chrono::milliseconds> staleIfError{};
  /// Tags to invalidate it by, in addition to the policy's: 1 to 200 bytes each, at most 64.
  std::vector<std::string> tags{};
  /// Set by an App when the handler has returned.
  SessionUse session = SessionUse::none;
};

/// What the cache did for a response.
enum class CacheOutcome : std::uint8_t {
  none,       ///< no policy, or no endpoint
  hit,        ///< served from the cache
  stale,      ///< served expired from the cache, during a refresh or instead of an error
  miss,       ///< the handler produced it
  collapsed,  ///< the handler produced it for a concurrent request
  bypass      ///< the handler produced it for this request alone
};
inline constexpr std::size_t kCacheOutcomes = 6;

/// Returns "none", "hit", "stale", "miss", "collapsed" or "bypass".
std::string_view toString(CacheOutcome outcome);

/// One HTTP response as a value. The server adds Date, Content-Length and Connection; it leaves the body
/// out for HEAD, 204 and 304.
///
/// A response from the cache has most of its fields and its body in `stored` (http/stored_form.hpp); inFull()
/// turns it into an ordinary response.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  Caching caching{};
  CacheOutcome outcome = CacheOutcome::none;  ///< not sent itself; Cache-Status is
  /// If not null: its fields precede `headers`, which has none with the same names, and its body is the
  /// response's.
  std::shared_ptr<const StoredForm> stored{};

  /// Returns the body, from `body` or `stored`.
  std::string_view content() const;
  /// Returns the first field of that name, from `headers` or `stored`.
  std::optional<std::string_view> field(std::string_view name) const;
  /// Returns the same response with everything in `headers` and `body`.
  Response inFull() &&;

  static Response json(std::string body, int status = 200);
  static Response text(std::string body, int status = 200);
  static Response noContent();
  /// Returns a problem+json response (RFC 9457). `type` is the last part of a stable URI, "user-not-found";
  /// `detail` says what the client can do and reveals nothing internal.
  static Response problem(int status, std::string_view type, std::string_view title,
                          std::string_view detail = {});
  /// Returns the problem 503 with a Retry-After of one second: a dependency did not answer, and may recover.
  static Response unavailable(std::string_view type, std::string_view title, std::string_view detail);
};

/// Returns the reason phrase, "Not Found" for 404; "Unknown" if there is none.
std::string_view reasonPhrase(int status);
/// Returns whether reasonPhrase() knows the status.
bool isKnownStatus(int status);

}  // namespace larder::http

#endif
