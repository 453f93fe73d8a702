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

/// What is known of a response to be stored beside what is sent of it.
struct StoredTraits {
  /// Its first so many fields are the handler's, those after them are not; without a value all are.
  std::optional<std::size_t> ownFields{};
  std::chrono::seconds age{0};  ///< that it has already
  bool forEveryone = false;     ///< also for requests with credentials
  StaleWindows stale{};
};

/// A response as an entry's payload: status, the header fields as they are sent, and the body. Date is the
/// handler's or says when it was made, on the wall clock. Fields that belong to one connection or one moment
/// (RFC 9111 3.1, and Age and Cache-Status, which belong to each answer) are left out. With `gzip`, its body
/// as gzip has it, it holds a second form with that.
std::string encodeResponse(const Response& response, std::chrono::milliseconds made,
                           const std::optional<std::string>& gzip = {}, const StoredTraits& traits = {});

/// What wrote a payload.
enum class Origin : std::uint8_t {
  thisProcess,  ///< it is as encodeResponse made it
  store         ///< others may write there: nothing of theirs may split a response
};

/// The response in the payload, on loan: its Response::stored. In the gzip form, if there is one and it is
/// preferred. nullopt for bytes that encodeResponse did not make.
std::optional<Response> lendResponse(Payload payload, Origin origin, bool prefer_gzip = false);

/// The response in the payload with the handler's own fields alone, and the handler's Date or that of its
/// making. nullopt as above.
std::optional<Response> ownResponse(std::string_view payload);

/// For how long the response in the payload may be served after it expired; as the request says, if there is
/// none in it. The form of CacheRequest::staleWindows.
StaleWindows staleWindowsIn(std::string_view payload);

/// Whether a response with these windows must not be served once it expired, whatever the client takes.
bool forbidsStale(const StaleWindows& windows);

/// A strong entity tag of the body, the same on every host (RFC 9110 8.8.3).
std::string entityTagOf(std::string_view body);

}  // namespace larder::http

#endif
