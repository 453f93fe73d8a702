// SPDX-License-Identifier: Apache-2.0
#include "response_cache/response_look_up.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <larder/http/cacheability.hpp>
#include "response_cache/cache_status.hpp"
#include "response_cache/gzip.hpp"
#include "response_cache/plan.hpp"
#include "response_cache/stored_answer.hpp"
#include "response_cache/stored_response.hpp"

namespace larder::http {
namespace {

using Source = CacheResult::Source;

// For how long it is remembered by what an endpoint's responses vary, if they are not kept for longer.
constexpr std::chrono::hours kLessonTime{24};

// Without clientMaxAge the client keeps its copy but asks each time, so an invalidation here reaches it. With
// it, the client keeps nothing for longer than we do.
std::string clientCacheControl(const CachePolicy& policy, std::chrono::milliseconds kept) {
  if (!policy.clientMaxAge()) return "no-cache";
  const auto age = std::min(*policy.clientMaxAge(), std::chrono::floor<std::chrono::seconds>(kept));
  return age.count() > 0 ? "max-age=" + std::to_string(age.count()) : "no-cache";
}

// What every client gets beside what the handler said, on a miss as on each hit.
void complete(const CachePolicy& policy, std::chrono::milliseconds kept, Response& response) {
  if (response.status == 200 && !response.headers.has("ETag"))
    response.headers.set("ETag", entityTagOf(response.body));
  if (!response.headers.has("Cache-Control"))
    response.headers.set("Cache-Control", clientCacheControl(policy, kept));
  for (const auto& name : policy.headers())
    if (!hasDirective(response.headers, "Vary", name)) response.headers.add("Vary", name);
}

Response notCached() {
  return Response::problem(504, "not-cached", "Gateway Timeout",
                           "Nothing is stored for this request, and it asked for nothing else.");
}

std::string bypassStatus(std::string_view reason) {
  return "larder; fwd=bypass; detail=\"" + std::string(reason) + "\"";
}

}  // namespace

ResponseLookUp::ResponseLookUp(Cache& cache, ExchangePtr exchange)
    : cache_(cache), exchange_(std::move(exchange)) {}

void ResponseLookUp::begin() {
  const auto& policy = *endpoint().policy;
  switch (planFor(policy, request())) {
    case Plan::bypass:
      return runUncached(bypassStatus(reasonToBypass(policy, request())), CacheOutcome::bypass);
    case Plan::storedOnly: return find(true);
    case Plan::storedOrLone: return find(false);
    case Plan::lone: return notFound(false);
    case Plan::anew:  // erasing waits for the backend
      return exchange_->onWorker([self = shared_from_this()] { self->runAnew(); });
    case Plan::storedOrKept: return getOrRun("uri-miss");
  }
}

CacheRequest ResponseLookUp::wanted() {
  auto wanted = cacheRequestFor(endpoint(), request());
  primary_ = wanted.key;
  if (lesson_) wanted.key = variantOf(primary_, *lesson_, request());
  wanted.addsTags = mayAddTags_;
  return wanted;
}

std::shared_ptr<ResponseLookUp> ResponseLookUp::variantIn(const CacheResult& result) {
  if (lesson_) return nullptr;
  auto lesson = decodeLesson(result.payload.bytes());
  if (!lesson) return nullptr;
  auto variant = std::make_shared<ResponseLookUp>(cache_, exchange_);
  variant->lesson_ = std::move(lesson);
  return variant;
}

void ResponseLookUp::find(bool only_if_cached) {
  cache_.find(wanted(), [self = shared_from_this(), only_if_cached](std::optional<CacheResult> hit) {
    self->exchange_->pass([&] { self->found(std::move(hit), only_if_cached); });
  });
}

void ResponseLookUp::found(std::optional<CacheResult> hit, bool only_if_cached) {
  if (const auto variant = hit ? variantIn(*hit) : nullptr) return variant->find(only_if_cached);
  auto stored = hit ? storedResponse(request(), *hit) : std::nullopt;
  if (stored) return giveHit(*std::move(stored), *hit);
  notFound(only_if_cached);
}

void ResponseLookUp::notFound(bool only_if_cached) {
  if (only_if_cached)
    return give(notCached(), "larder; fwd=uri-miss; detail=\"only-if-cached\"", CacheOutcome::miss);
  // The answer to a HEAD may lack what a GET's has, so it fills nothing.
  runUncached("larder; fwd=uri-miss; detail=\"head\"", CacheOutcome::miss);
}

void ResponseLookUp::getOrRun(std::string_view forward) {
  mayAddTags_ = endpoint().learned->addsTags();
  auto look_up = wanted();
  look_up.looked = true;
  look_up.compute = [self = shared_from_this()] {
    return self->exchange_->whileOpen([&] { return self->compute(); });
  };
  cache_.getOrCompute(
      std::move(look_up), exchange_->workers(),
      [self = shared_from_this(), forward](CacheResult result) { self->finish(std::move(result), forward); });
}

Computed ResponseLookUp::compute() {
  const auto& policy = *endpoint().policy;
  auto& response = made_.emplace(endpoint().handler(request()));
  Computed computed{.payload = {},
                    .failed = response.status >= 500,
                    .status = response.status,
                    .tags = response.caching.tags};
  reasonNotToStore_ = reasonNotToStore(policy, response);
  if (reasonNotToStore_.empty() && !learnFrom(*fieldsToLearn(policy, response), computed))
    reasonNotToStore_ = "vary";
  if (!reasonNotToStore_.empty()) {
    computed.cacheable = false;
    return computed;
  }
  if (!computed.tags.empty() && !mayAddTags_) {
    endpoint().learned->tagsAdded();
    reasonNotToStore_ = "tags";  // the engine will not: it had to know before
  }
  computed.expire = timeToKeep(policy, response);
  complete(policy, *computed.expire, response);
  const auto gzip = gzipForm(policy, response, cache_.options().maxPayload);
  if (gzip && !hasDirective(response.headers, "Vary", "Accept-Encoding"))
    response.headers.add("Vary", "Accept-Encoding");
  computed.payload = encodeResponse(response, cache_.backend().clock().realtime(), gzip);
  return computed;
}

bool ResponseLookUp::learnFrom(const std::vector<std::string>& fields, Computed& computed) {
  if (!lesson_) {
    if (fields.empty()) return true;
    const auto all = endpoint().learned->varyFields(fields);
    const auto lesson = newLesson(all.size() <= kMaxVaryFields ? all : fields);
    computed.redirect = {
        variantOf(primary_, lesson, request()), encodeLesson(lesson),
        std::max<std::chrono::milliseconds>(kLessonTime, endpoint().policy->longestExpire())};
    return true;
  }
  const auto& known = lesson_->fields;
  if (std::includes(known.begin(), known.end(), fields.begin(), fields.end())) return true;
  // The next one learns all of them. If the lesson can't be erased it is still true of what it led to.
  endpoint().learned->varyFields(fields);
  static_cast<void>(cache_.erase(kResponses, primary_));
  return false;
}

void ResponseLookUp::finish(CacheResult result, std::string_view forward) {
  if (result.source == Source::failed) return exchange_->fail(result.error);
  // What this exchange made touches nothing of the App, which may have ended once the handler had returned.
  // An exchange that is answered by something else leaves made_ alone: its own run may still be going on.
  if (result.source == Source::computed) {
    const auto status = missStatus(forward, result, reasonNotToStore_);
    auto gzip = gzipIn(result);
    return give(gzip ? *std::move(gzip) : *std::move(made_), status, CacheOutcome::miss);
  }
  exchange_->pass([&] { finishStored(result, forward); });
}

void ResponseLookUp::finishStored(CacheResult& result, std::string_view forward) {
  if (const auto variant = variantIn(result)) return variant->getOrRun("vary-miss");
  auto stored = storedResponse(request(), result);
  if (!stored) return runUncached("larder; fwd=uri-miss; detail=\"unreadable entry\"", CacheOutcome::miss);
  if (result.source == Source::shared)
    return give(*std::move(stored), missStatus(forward, result, {}), CacheOutcome::collapsed);
  giveHit(*std::move(stored), result);
}

std::optional<Response> ResponseLookUp::gzipIn(CacheResult& result) const {
  if (!prefersGzip(request().headers)) return std::nullopt;
  auto stored = storedResponse(request(), result);
  return stored && stored->field("Content-Encoding") == "gzip" ? std::move(stored) : std::nullopt;
}

void ResponseLookUp::runAnew() {
  if (cache_.erase(kResponses, keyOf(*endpoint().policy, request())) == Status::ok)
    return getOrRun("request");
  runUncached("larder; fwd=request; detail=\"backend unavailable\"", CacheOutcome::miss);
}

void ResponseLookUp::runUncached(std::string status, CacheOutcome outcome) {
  exchange_->onWorker([self = shared_from_this(), status = std::move(status), outcome] {
    self->give(self->endpoint().handler(self->request()), status, outcome);
  });
}

void ResponseLookUp::giveHit(Response stored, const CacheResult& hit) {
  exchange_->answer(answerWithHit(request(), std::move(stored), hit));
}

void ResponseLookUp::give(Response response, std::string_view status, CacheOutcome outcome) {
  exchange_->answer(answerWith(request(), std::move(response), status, outcome));
}

}  // namespace larder::http
