// SPDX-License-Identifier: Apache-2.0
//
// The part of ResponseLookUp for a HEAD that reaches the handler: the response to it may confirm or
// invalidate the response stored for a GET (RFC 9111 4.3.5).
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "response_cache/response_look_up.hpp"
#include "response_cache/stored_response.hpp"
#include "response_cache/validation.hpp"

namespace larder::http {
namespace {

enum class Comparison : std::uint8_t { unknown, same, differs };

bool hasOtherLength(const Response& of_head, const Response& stored) {
  if (!of_head.body.empty()) return of_head.body.size() != stored.body.size();
  const auto length = of_head.headers.get("Content-Length");
  return length && *length != std::to_string(stored.body.size());
}

// Without a common validator, the comparison cannot tell whether the stored response is still valid.
Comparison compare(const Response& of_head, const Response& stored) {
  if (hasOtherLength(of_head, stored)) return Comparison::differs;
  auto result = Comparison::unknown;
  for (const std::string_view validator : {"ETag", "Last-Modified"}) {
    const auto theirs = of_head.headers.get(validator);
    if (!theirs) continue;
    if (stored.headers.get(validator) != theirs) return Comparison::differs;
    result = Comparison::same;
  }
  return result;
}

bool isServable(const Inspection& entry) {
  return entry.finding == Inspection::Finding::fresh || entry.finding == Inspection::Finding::stale;
}

// A HEAD reaches the handler if nothing fresh is stored, or despite a fresh entry.
bool mayBeStored(const CachePolicy& policy, Plan plan) {
  const auto& renewal = policy.renewal();
  return plan == Plan::lone || policy.revalidateWindow().count() > 0 ||
         renewal.staleWhileRevalidate.count() > 0 || renewal.staleIfError.count() > 0;
}

}  // namespace

void ResponseLookUp::runHead() {
  exchange_->onWorker([self = shared_from_this()] {
    auto response = self->endpoint().handler(self->request());
    self->heed(response);
    const std::string forward = self->plan_ == Plan::lone ? "request" : "uri-miss";
    self->give(std::move(response), "larder; fwd=" + forward + "; detail=\"head\"", CacheOutcome::miss);
  });
}

void ResponseLookUp::heed(const Response& of_head) {
  if (of_head.status != 200 || of_head.caching.skip || !mayBeStored(policy_, plan_)) return;
  auto look_up = wanted();
  const auto entry = cache_.inspect(look_up);
  if (!isServable(entry)) return;
  if (auto lesson = lesson_ ? std::nullopt : decodeLesson(entry.payload)) {
    const auto variant = std::make_shared<ResponseLookUp>(cache_, exchange_, policy_);
    variant->lesson_ = std::move(lesson);
    variant->plan_ = plan_;
    return variant->heed(of_head);
  }
  const auto stored = ownResponse(entry.payload);
  if (!stored) return;
  const auto comparison = compare(of_head, *stored);
  if (comparison == Comparison::differs) static_cast<void>(cache_.erase(kResponses, look_up.key));
  if (comparison == Comparison::same) refreshBy(of_head);
}

// Runs before the HEAD is answered, so a client that has the answer sees its effect. Waits for a handler run
// in flight for the key, and gives up on a timeout.
void ResponseLookUp::refreshBy(const Response& of_head) {
  const Computed gone{.payload = {}, .cacheable = false};
  auto look_up = wanted();
  look_up.ignoreStored = true;
  look_up.compute = [gone] { return gone; };
  look_up.recompute = [this, &of_head, &gone](std::string_view former) {
    auto stored = ownResponse(former);
    if (!stored || compare(of_head, *stored) != Comparison::same) return gone;
    return keep(refreshed(*std::move(stored), of_head));
  };
  try {
    static_cast<void>(cache_.getOrCompute(std::move(look_up)));
  } catch (const std::exception&) {  // another caller's failure: the stored response stays as it is
  }
}

}  // namespace larder::http
