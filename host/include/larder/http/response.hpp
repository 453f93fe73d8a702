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

/// What a response owes to the visitor's session.
enum class SessionUse : std::uint8_t {
  none,  ///< nothing: it is the same for all
  key,   ///< it is kept for its session alone
  own    ///< it is this visitor's, and nobody keeps it
};

/// What a handler says about keeping this one response, beside the endpoint's policy. It is not sent.
struct Caching {
  /// Keep it for this long if the policy would keep it longer; 0 or less: not at all.
  std::optional<std::chrono::milliseconds> expire{};
  /// Do not keep it.
  bool skip = false;
  /// For how long after it expired this response may be served while it is renewed, or instead of an error,
  /// in place of what the policy says; 0: not at all. Cache-Control: must-revalidate goes before both.
  std::optional<std::chrono::milliseconds> staleWhileRevalidate{};
  std::optional<std::chrono::milliseconds> staleIfError{};
  /// Names to invalidate it by, beside those of the policy: 1 to 200 bytes each, at most 64.
  std::vector<std::string> tags{};
  /// Set by an App when the handler has returned.
  SessionUse session = SessionUse::none;
};

/// What the cache did for a response.
enum class CacheOutcome : std::uint8_t {
  none,       ///< nothing: no policy, or no endpoint
  hit,        ///< it was stored
  stale,      ///< it was stored and expired: served while it is renewed, or instead of an error
  miss,       ///< the handler made it
  collapsed,  ///< the handler made it for another request at the same time
  bypass      ///< the handler made it for this request alone
};
inline constexpr std::size_t kCacheOutcomes = 6;

/// "none", "hit", "stale", "miss", "collapsed", "bypass"
std::string_view toString(CacheOutcome outcome);

/// One HTTP response as a value. The server adds Date, Content-Length and Connection; it leaves the body
/// out for HEAD, 204 and 304.
///
/// What comes from the cache has most of its fields and its body there (`stored`, http/stored_form.hpp);
/// inFull() makes it a response like any other.
struct Response {
  int status = 200;
  Headers headers;
  std::string body;
  Caching caching{};
  CacheOutcome outcome = CacheOutcome::none;  ///< not sent: Cache-Status is
  /// If not null: its fields come before `headers`, which has none of the same names, and its body is the
  /// response's.
  std::shared_ptr<const StoredForm> stored{};

  /// The body, wherever it is.
  std::string_view content() const;
  /// The first field of that name, wherever it is.
  std::optional<std::string_view> field(std::string_view name) const;
  /// The same response with all of it in `headers` and `body`.
  Response inFull() &&;

  static Response json(std::string body, int status = 200);
  static Response text(std::string body, int status = 200);
  static Response noContent();
  /// problem+json (RFC 9457). `type` is the last part of a stable URI, "user-not-found"; `detail` says what
  /// the client can do and holds nothing internal.
  static Response problem(int status, std::string_view type, std::string_view title,
                          std::string_view detail = {});
  /// The problem 503, with a Retry-After of a second: what was needed did not answer, and may again.
  static Response unavailable(std::string_view type, std::string_view title, std::string_view detail);
};

/// "Not Found" for 404; "Unknown" where there is none.
std::string_view reasonPhrase(int status);
/// Whether reasonPhrase() has one for it.
bool isKnownStatus(int status);

}  // namespace larder::http

#endif
