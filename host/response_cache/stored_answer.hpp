// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_STORED_ANSWER_HPP
#define LARDER_RESPONSE_CACHE_STORED_ANSWER_HPP

#include <larder/cache.hpp>

#include <optional>
#include <string_view>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "response_cache/stored_response.hpp"

namespace larder::http {

/// Returns the response in the payload of a value, as this request prefers it; takes the payload. Returns
/// nullopt if the payload is not a response.
std::optional<Response> storedResponse(const Request& request, CacheResult& value,
                                       Origin origin = Origin::store);

/// Completes the response for `request`: adds the Cache-Status, turns it into a 304 if the client has it, and
/// reduces it to the range the client wants.
Response answerWith(const Request& request, Response&& response, std::string_view status,
                    CacheOutcome outcome);

/// Does the same for a stored response, with its age.
Response answerWithHit(const Request& request, Response&& stored, const CacheResult& hit,
                       std::string_view why_stale = {});

}  // namespace larder::http

#endif
