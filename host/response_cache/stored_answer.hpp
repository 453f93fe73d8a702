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

/// The response that the payload of a value holds, for this request; its payload is taken. nullopt if there
/// is none in it.
std::optional<Response> storedResponse(const Request& request, CacheResult& value,
                                       Origin origin = Origin::store);

/// The answer to `request` with this response: says what the cache did, is a 304 if the client has it, and no
/// more of it than the client wants.
Response answerWith(const Request& request, Response&& response, std::string_view status,
                    CacheOutcome outcome);

/// The same for a stored response that was found, with its age.
Response answerWithHit(const Request& request, Response&& stored, const CacheResult& hit,
                       std::string_view why_stale = {});

}  // namespace larder::http

#endif
