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

/// A response as an entry's payload: status, the header fields as they are sent, and the body. Date says when
/// it was made, on the wall clock. Fields that belong to one connection or one moment (RFC 9111 3.1, and Age
/// and Cache-Status, which each answer gets anew) are left out. With `gzip`, its body as gzip has it, it
/// holds a second form with that.
std::string encodeResponse(const Response& response, std::chrono::milliseconds made,
                           const std::optional<std::string>& gzip = {});

/// What wrote a payload.
enum class Origin : std::uint8_t {
  thisProcess,  ///< it is as encodeResponse made it
  store         ///< others may write there: nothing of theirs may split a response
};

/// The response in the payload, on loan: its Response::stored. In the gzip form, if there is one and it is
/// preferred. nullopt for bytes that encodeResponse did not make.
std::optional<Response> lendResponse(Payload payload, Origin origin, bool prefer_gzip = false);

/// A strong entity tag of the body, the same on every host (RFC 9110 8.8.3).
std::string entityTagOf(std::string_view body);

}  // namespace larder::http

#endif
