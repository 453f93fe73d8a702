// SPDX-License-Identifier: Apache-2.0
#include "response_cache/stored_answer.hpp"

#include <utility>

#include "http/stored_form.hpp"
#include "response_cache/byte_range.hpp"
#include "response_cache/cache_status.hpp"
#include "response_cache/conditional.hpp"
#include "response_cache/gzip.hpp"

namespace larder::http {
namespace {

// Age and Cache-Status, in one allocation.
constexpr std::size_t kFieldsOfAHit = 2;
constexpr std::size_t kBytesOfAHit = 96;

}  // namespace

std::optional<Response> storedResponse(const Request& request, CacheResult& value, Origin origin) {
  return lendResponse(std::move(value.payload), origin, prefersGzip(request.headers));
}

Response answerWith(const Request& request, Response&& response, std::string_view status,
                    CacheOutcome outcome) {
  response.headers.set("Cache-Status", status);
  response.outcome = outcome;
  if (clientHas(request, response)) return notModified(response);
  return partWanted(request, std::move(response));
}

// `stored` has no header fields yet besides those of the cached form.
Response answerWithHit(const Request& request, Response&& stored, const CacheResult& hit,
                       std::string_view why_stale) {
  const HitFields fields(hit, stored.stored->age, why_stale);
  stored.headers.reserve(kBytesOfAHit, kFieldsOfAHit);
  stored.headers.addOwn("Age", fields.age());
  stored.headers.addOwn("Cache-Status", fields.status());
  stored.outcome = hit.source == CacheResult::Source::hit ? CacheOutcome::hit : CacheOutcome::stale;
  if (clientHas(request, stored)) return notModified(stored);
  return partWanted(request, std::move(stored));
}

}  // namespace larder::http
