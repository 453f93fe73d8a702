// SPDX-License-Identifier: Apache-2.0
#include "response_cache/cached_exchange.hpp"

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

constexpr const char* kAppEnded = "the App has ended";

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

std::exception_ptr overloaded(const char* why) { return std::make_exception_ptr(Overloaded(why)); }

}  // namespace

CachedExchange::CachedExchange(Cache& cache, GatePtr gate, const Endpoint& endpoint,
                               std::shared_ptr<const Request> request, Executor& workers,
                               ResponseCache::Done done)
    : cache_(cache),
      gate_(std::move(gate)),
      endpoint_(endpoint),
      request_(std::move(request)),
      workers_(workers),
      done_(std::move(done)) {}

void CachedExchange::begin() {
  const auto& policy = *endpoint_.policy;
  switch (planFor(policy, *request_)) {
    case Plan::bypass:
      return runUncached(bypassStatus(reasonToBypass(policy, *request_)), CacheOutcome::bypass);
    case Plan::storedOnly: return find(true);
    case Plan::storedOrLone: return find(false);
    case Plan::lone: return notFound(false);
    case Plan::anew:  // erasing waits for the backend
      return onWorker([self = shared_from_this()] { self->runAnew(); });
    case Plan::storedOrKept: return getOrRun("uri-miss");
  }
}

CacheRequest CachedExchange::wanted() {
  auto wanted = cacheRequestFor(endpoint_, *request_);
  primary_ = wanted.key;
  if (lesson_) wanted.key = variantOf(primary_, *lesson_, *request_);
  wanted.addsTags = mayAddTags_;
  return wanted;
}

std::shared_ptr<CachedExchange> CachedExchange::variantIn(const CacheResult& result) {
  if (lesson_) return nullptr;
  auto lesson = decodeLesson(result.payload.bytes());
  if (!lesson) return nullptr;
  auto variant = std::make_shared<CachedExchange>(cache_, gate_, endpoint_, request_, workers_,
                                                  std::exchange(done_, nullptr));
  variant->lesson_ = std::move(lesson);
  return variant;
}

void CachedExchange::find(bool only_if_cached) {
  cache_.find(wanted(), [self = shared_from_this(), only_if_cached](std::optional<CacheResult> hit) {
    const Gate::Pass pass(*self->gate_);
    if (!pass) return self->fail(overloaded(kAppEnded));
    if (const auto variant = hit ? self->variantIn(*hit) : nullptr) return variant->find(only_if_cached);
    auto stored = hit ? storedResponse(*self->request_, *hit) : std::nullopt;
    if (stored) return self->giveHit(*std::move(stored), *hit);
    self->notFound(only_if_cached);
  });
}

void CachedExchange::notFound(bool only_if_cached) {
  if (only_if_cached)
    return give(notCached(), "larder; fwd=uri-miss; detail=\"only-if-cached\"", CacheOutcome::miss);
  // The answer to a HEAD may lack what a GET's has, so it fills nothing.
  runUncached("larder; fwd=uri-miss; detail=\"head\"", CacheOutcome::miss);
}

void CachedExchange::getOrRun(std::string_view forward) {
  mayAddTags_ = endpoint_.learned->addsTags();
  auto request = wanted();
  request.looked = true;
  request.compute = [self = shared_from_this()] { return self->compute(); };
  cache_.getOrCompute(std::move(request), workers_, [self = shared_from_this(), forward](CacheResult result) {
    self->finish(std::move(result), forward);
  });
}

Computed CachedExchange::compute() {
  const Gate::Pass pass(*gate_);
  if (!pass) throw Overloaded(kAppEnded);
  const auto& policy = *endpoint_.policy;
  auto& response = made_.emplace(endpoint_.handler(*request_));
  Computed computed{.payload = {}, .failed = response.status >= 500, .tags = response.caching.tags};
  reasonNotToStore_ = reasonNotToStore(policy, response);
  if (reasonNotToStore_.empty() && !learnFrom(*fieldsToLearn(policy, response), computed))
    reasonNotToStore_ = "vary";
  if (!reasonNotToStore_.empty()) {
    computed.cacheable = false;
    return computed;
  }
  if (!computed.tags.empty() && !mayAddTags_) {
    endpoint_.learned->tagsAdded();
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

bool CachedExchange::learnFrom(const std::vector<std::string>& fields, Computed& computed) {
  if (!lesson_) {
    if (fields.empty()) return true;
    const auto all = endpoint_.learned->varyFields(fields);
    const auto lesson = newLesson(all.size() <= kMaxVaryFields ? all : fields);
    computed.elsewhere = {
        variantOf(primary_, lesson, *request_), encodeLesson(lesson),
        std::max<std::chrono::milliseconds>(kLessonTime, endpoint_.policy->longestExpire())};
    return true;
  }
  const auto& known = lesson_->fields;
  if (std::includes(known.begin(), known.end(), fields.begin(), fields.end())) return true;
  // The next one learns all of them. If the lesson can't be erased it is still true of what it led to.
  endpoint_.learned->varyFields(fields);
  static_cast<void>(cache_.erase(kResponses, primary_));
  return false;
}

void CachedExchange::finish(CacheResult result, std::string_view forward) {
  if (result.source == Source::failed) return fail(result.error);
  // What this exchange made touches nothing of the App, which may have ended once the handler had returned.
  // An exchange that is answered by something else leaves made_ alone: its own run may still be going on.
  if (result.source == Source::computed) {
    const auto status = missStatus(forward, result, reasonNotToStore_);
    auto gzip = gzipIn(result);
    return give(gzip ? *std::move(gzip) : *std::move(made_), status, CacheOutcome::miss);
  }
  const Gate::Pass pass(*gate_);
  if (!pass) return fail(overloaded(kAppEnded));
  if (const auto variant = variantIn(result)) return variant->getOrRun("vary-miss");
  auto stored = storedResponse(*request_, result);
  if (!stored) return runUncached("larder; fwd=uri-miss; detail=\"unreadable entry\"", CacheOutcome::miss);
  if (result.source == Source::shared)
    return give(*std::move(stored), missStatus(forward, result, {}), CacheOutcome::collapsed);
  giveHit(*std::move(stored), result);
}

std::optional<Response> CachedExchange::gzipIn(CacheResult& result) const {
  if (!prefersGzip(request_->headers)) return std::nullopt;
  auto stored = storedResponse(*request_, result);
  return stored && stored->field("Content-Encoding") == "gzip" ? std::move(stored) : std::nullopt;
}

void CachedExchange::runAnew() {
  if (cache_.erase(kResponses, keyOf(*endpoint_.policy, *request_)) == Status::ok) return getOrRun("request");
  runUncached("larder; fwd=request; detail=\"backend unavailable\"", CacheOutcome::miss);
}

void CachedExchange::runUncached(std::string status, CacheOutcome outcome) {
  onWorker([self = shared_from_this(), status = std::move(status), outcome] {
    self->give(self->endpoint_.handler(*self->request_), status, outcome);
  });
}

void CachedExchange::onWorker(std::function<void()> step) {
  const bool accepted = workers_.post([self = shared_from_this(), step = std::move(step)] {
    const Gate::Pass pass(*self->gate_);
    if (!pass) return self->fail(overloaded(kAppEnded));
    try {
      step();
    } catch (...) {
      self->fail(std::current_exception());
    }
  });
  if (!accepted) fail(overloaded("no room to run the handler; try again"));
}

void CachedExchange::giveHit(Response stored, const CacheResult& hit) {
  const auto done = std::exchange(done_, nullptr);
  done(answerWithHit(*request_, std::move(stored), hit), nullptr);
}

void CachedExchange::give(Response response, std::string_view status, CacheOutcome outcome) {
  const auto done = std::exchange(done_, nullptr);
  done(answerWith(*request_, std::move(response), status, outcome), nullptr);
}

void CachedExchange::fail(const std::exception_ptr& error) {
  if (const auto done = std::exchange(done_, nullptr)) done({}, error);
}

}  // namespace larder::http
