// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_STORED_RESPONSE_HPP
#define LARDER_RESPONSE_CACHE_STORED_RESPONSE_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <larder/http/response.hpp>

namespace larder::http {

/// Facts about a response that are stored beside it and not sent.
struct StoredTraits {
  /// The number of leading fields that are the handler's own; nullopt: all of them.
  std::optional<std::size_t> ownFields{};
  std::chrono::seconds age{0};  ///< of the response when it is stored
  bool forEveryone = false;     ///< may also answer requests with credentials
  StaleWindows stale{};
};

/// Encodes a response as an entry's payload: the status, the header fields as sent, and the body. Date is the
/// handler's, or else `made`, a wall-clock time. Omits fields that belong to one connection (RFC 9111 3.1) or
/// one answer (Age, Cache-Status). If `gzip`, the compressed body, is given, the payload contains a second
/// form with it.
std::string encodeResponse(const Response& response, std::chrono::milliseconds made,
                           const std::optional<std::string>& gzip = {}, const StoredTraits& traits = {});

/// The writer of a payload.
enum class Origin : std::uint8_t {
  thisProcess,  ///< unmodified output of encodeResponse
  store         ///< others may write there; their bytes must not be able to split a response
};

/// Returns the response in the payload, which it borrows as Response::stored. Uses the gzip form if there is
/// one and it is preferred. Returns nullopt for bytes that are not from encodeResponse.
std::optional<Response> lendResponse(Payload payload, Origin origin, bool prefer_gzip = false);

/// Returns the response in the payload with only the handler's own fields and a Date, the handler's or the
/// time of encoding. Returns nullopt as above.
std::optional<Response> ownResponse(std::string_view payload);

/// Returns how long the response in the payload may be served after it expires; for a payload without one, as
/// the request says. Has the signature of CacheRequest::staleWindows.
StaleWindows staleWindowsIn(std::string_view payload);

/// Returns whether a response with these windows must not be served after it expires, even if the client
/// accepts that.
bool forbidsStale(const StaleWindows& windows);

/// Returns a strong entity tag of the body, the same on every host (RFC 9110 8.8.3).
std::string entityTagOf(std::string_view body);

}  // namespace larder::http

#endif
