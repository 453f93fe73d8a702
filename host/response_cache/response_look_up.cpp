// SPDX-License-Identifier: Apache-2.0
#include "response_cache/response_look_up.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <larder/http/cacheability.hpp>
#include <larder/http/request_session.hpp>
#include "http/stored_form.hpp"
#include "response_cache/cache_groups.hpp"
#include "response_cache/cache_status.hpp"
#include "response_cache/gzip.hpp"
#include "response_cache/lifetime.hpp"
#include "response_cache/plan.hpp"
#include "response_cache/response_directives.hpp"
#include "response_cache/stored_answer.hpp"
#include "response_cache/stored_response.hpp"
#include "response_cache/validation.hpp"
#include "trace/request_trace.hpp"

namespace larder::http {
namespace {

using Source = CacheResult::Source;

// How long a learned secondary key is stored, unless the endpoint's responses are stored for longer.
constexpr std::chrono::hours kLessonTime{24};

// Without clientMaxAge the client keeps its copy but revalidates it each time, so an invalidation here
// reaches it. With clientMaxAge, the client's copy expires no later than ours.
std::string clientCacheControl(const CachePolicy& policy, std::chrono::milliseconds kept) {
  if (!policy.clientMaxAge()) return "no-cache";
  const auto age = std::min(*policy.clientMaxAge(), std::chrono::floor<std::chrono::seconds>(kept));
  return age.count() > 0 ? "max-age=" + std::to_string(age.count()) : "no-cache";
}

// Adds the fields that every client receives beyond the handler's, on a miss as on each hit. If the handler
// set a client lifetime with Expires, no Cache-Control overrides it.
void complete(const CachePolicy& policy, std::chrono::milliseconds kept, Response& response) {
  if (response.status == 200 && !response.headers.has("ETag"))
    response.headers.set("ETag", entityTagOf(response.body));
  if (!response.headers.has("Cache-Control")) {
    if (response.caching.session == SessionUse::key)
      response.headers.set("Cache-Control", RequestSession::kClientCopies);
    else if (!response.headers.has("Expires"))
      response.headers.set("Cache-Control", clientCacheControl(policy, kept));
  }
  for (const auto& name : policy.headers())
    if (!hasDirective(response.headers, "Vary", name)) response.headers.add("Vary", name);
}

Response notCached() {
  return Response::problem(504, "not-cached", "Gateway Timeout",
                           "No response is stored for this request, and only-if-cached allows no other.");
}

std::string bypassStatus(std::string_view reason) {
  return "larder; fwd=bypass; detail=\"" + std::string(reason) + "\"";
}

}  // namespace

ResponseLookUp::ResponseLookUp(Cache& cache, ExchangePtr exchange)
    : cache_(cache), exchange_(std::move(exchange)), policy_(*exchange_->endpoint().policy) {}

ResponseLookUp::ResponseLookUp(Cache& cache, ExchangePtr exchange, const CachePolicy& policy)
    : cache_(cache), exchange_(std::move(exchange)), policy_(policy) {}

void ResponseLookUp::begin() {
  plan_ = planFor(policy_, request());
  switch (plan_) {
    case Plan::bypass:
      return runUncached(bypassStatus(reasonToBypass(policy_, request())), CacheOutcome::bypass);
    case Plan::credentialed:
      return endpoint().learned->answersPublicly() ? getOrRun("uri-miss") : runForCredentials();
    case Plan::storedOnly:
    case Plan::storedOrLone:
    case Plan::storedIfNew: return find();
    case Plan::lone: return notFound();
    case Plan::replacement: return runReplacement();
    case Plan::storedOrKept: return getOrRun("uri-miss");
  }
}

CacheRequest ResponseLookUp::wanted() {
  auto wanted = cacheRequestFor(policy_, request());
  primary_ = wanted.key;
  if (lesson_) wanted.key = variantOf(primary_, *lesson_, request());
  wanted.addsTags = mayAddTags_;
  wanted.ignoreStored = plan_ == Plan::replacement;
  return wanted;
}

std::shared_ptr<ResponseLookUp> ResponseLookUp::variantIn(const CacheResult& result) {
  if (lesson_) return nullptr;
  auto lesson = decodeLesson(result.payload.bytes());
  if (!lesson) return nullptr;
  auto variant = std::make_shared<ResponseLookUp>(cache_, exchange_, policy_);
  variant->lesson_ = std::move(lesson);
  variant->plan_ = plan_;
  return variant;
}

void ResponseLookUp::find() {
  auto look_up = wanted();
  if (plan_ == Plan::storedIfNew)
    look_up.maxStale = maxStaleOf(request().headers).value_or(std::chrono::seconds(0));
  cache_.find(std::move(look_up), [self = shared_from_this()](std::optional<CacheResult> hit) {
    self->exchange_->pass([&] { self->found(std::move(hit)); });
  });
}

void ResponseLookUp::found(std::optional<CacheResult> hit) {
  if (const auto variant = hit ? variantIn(*hit) : nullptr) return variant->find();
  const bool stale = hit && hit->source == Source::stale;
  if (stale && forbidsStale(staleWindowsIn(hit->payload.bytes()))) hit.reset();
  auto stored = hit ? storedResponse(request(), *hit) : std::nullopt;
  if (!stored) return notFound();
  const bool suitable =
      plan_ != Plan::storedIfNew || suits(request(), hit->age + stored->stored->age, hit->ttl);
  if (!suitable) return runReplacement();
  giveHit(*std::move(stored), *hit, stale ? "max-stale" : std::string_view());
}

void ResponseLookUp::notFound() {
  if (auto* const trace = traceOf(request())) trace->endLookUp();
  if (plan_ == Plan::storedOnly)
    return give(notCached(), "larder; fwd=uri-miss; detail=\"only-if-cached\"", CacheOutcome::miss);
  if (plan_ == Plan::storedIfNew) return getOrRun("uri-miss");
  runHead();
}

void ResponseLookUp::getOrRun(std::string_view forward) {
  if (auto* const trace = traceOf(request())) {
    if (cache_.backend().isInline()) trace->endLookUp();  // findFresh() made it
    trace->beginWait();
  }
  mayAddTags_ = endpoint().learned->addsTags();
  auto look_up = wanted();
  look_up.compute = [self = shared_from_this()] {
    return self->exchange_->whileOpen([&] { return self->compute({}); });
  };
  if (policy_.revalidateWindow().count() > 0)
    look_up.recompute = [self = shared_from_this()](std::string_view former) {
      return self->exchange_->whileOpen([&] { return self->compute(former); });
    };
  cache_.getOrComputeMissed(
      std::move(look_up), exchange_->workers(),
      [self = shared_from_this(), forward](CacheResult result) { self->finish(std::move(result), forward); });
}

Response ResponseLookUp::runUnconditional() {
  return endpoint().handler(isConditional(request()) ? unconditional(request()) : request());
}

Response ResponseLookUp::run(std::string_view former) {
  validated_ = false;
  auto stored = former.empty() ? std::nullopt : ownResponse(former);
  if (!stored || !hasValidator(stored->headers)) return runUnconditional();
  auto answer = endpoint().handler(validating(request(), *stored));
  if (answer.status != 304) return answer;
  if (!isAbout(answer, *stored)) return runUnconditional();
  validated_ = true;
  return refreshed(*std::move(stored), std::move(answer));
}

std::string_view ResponseLookUp::judge(const Response& response, std::chrono::milliseconds kept,
                                       bool for_everyone) const {
  if (kept.count() <= 0 && !isKeptToBeValidated(policy_, response)) return "lifetime";
  if (plan_ == Plan::credentialed && !for_everyone) return "authorization";
  return {};
}

Computed ResponseLookUp::compute(std::string_view former) {
  auto* const trace = traceOf(request());
  if (trace != nullptr) trace->endLookUp();
  auto computed = keep(run(former));
  if (trace != nullptr) trace->rememberLoad(computed.payload.data());
  return computed;
}

Computed ResponseLookUp::keep(Response made) {
  auto& response = made_.emplace(std::move(made));
  if (policy_.responseRule() != ResponseRule::ignored)
    for (auto& tag : groupTags(kCacheGroups, request(), response))
      response.caching.tags.push_back(std::move(tag));
  Computed computed{.payload = {},
                    .failed = response.status >= 500,
                    .status = response.status,
                    .tags = response.caching.tags};
  const auto now = cache_.backend().clock().realtime();
  const bool for_everyone = policy_.responseRule() != ResponseRule::ignored &&
                            directivesOf(policy_, response.headers).isForEveryone();
  std::chrono::milliseconds kept{0};
  reasonNotToStore_ = reasonNotToStore(policy_, response);
  if (reasonNotToStore_.empty()) {
    kept = std::max(timeToKeep(policy_, response, now), std::chrono::milliseconds(0));
    reasonNotToStore_ = judge(response, kept, for_everyone);
  }
  if (plan_ == Plan::credentialed || (for_everyone && reasonNotToStore_.empty()))
    endpoint().learned->answeredPublicly(for_everyone);
  if (reasonNotToStore_.empty() && !learnFrom(*fieldsToLearn(policy_, response), computed))
    reasonNotToStore_ = "vary";
  if (!reasonNotToStore_.empty()) {
    computed.cacheable = false;
    // A stored response that this client rejected is wrong for the next client too, if the new one cannot be
    // stored.
    if (plan_ == Plan::replacement && !computed.failed) static_cast<void>(cache_.erase(kResponses, primary_));
    return computed;
  }
  if (!computed.tags.empty() && !mayAddTags_) {
    endpoint().learned->tagsAdded();
    reasonNotToStore_ = "tags";  // the engine cannot store it: it needed the tags in advance
  }
  computed.expire = kept;
  const auto own = ownLifetime(policy_, response.headers, now);
  const bool bounds = policy_.responseRule() == ResponseRule::bounds;
  const bool shortened = kept.count() == 0 || (bounds && own && *own < policy_.expireOf(response.status));
  if (shortened && bounds) endpoint().learned->shortenedTo(kept);
  shortened_ = shortened ? std::optional(kept) : std::nullopt;

  StoredTraits traits{.ownFields = response.headers.size(),
                      .age = ageOf(response.headers, now),
                      .forEveryone = for_everyone,
                      .stale = staleWindowsOf(policy_, response, kept)};
  computed.keepExpired = timeAfterExpiry(policy_, response, traits.stale);
  complete(policy_, kept, response);
  const auto gzip = gzipForm(policy_, response, cache_.options().maxPayload);
  if (gzip && !hasDirective(response.headers, "Vary", "Accept-Encoding"))
    response.headers.add("Vary", "Accept-Encoding");
  computed.payload = encodeResponse(response, now, gzip, traits);
  return computed;
}

bool ResponseLookUp::learnFrom(const std::vector<std::string>& fields, Computed& computed) {
  if (!lesson_) {
    if (fields.empty()) return true;
    const auto all = endpoint().learned->varyFields(fields);
    const auto lesson = newLesson(all.size() <= kMaxVaryFields ? all : fields);
    computed.redirect = {variantOf(primary_, lesson, request()), encodeLesson(lesson),
                         std::max<std::chrono::milliseconds>(kLessonTime, policy_.longestExpire())};
    return true;
  }
  const auto& known = lesson_->fields;
  if (std::includes(known.begin(), known.end(), fields.begin(), fields.end())) return true;
  // The next request learns all fields. If the erase fails, the stored secondary key still describes the
  // variants it leads to.
  endpoint().learned->varyFields(fields);
  static_cast<void>(cache_.erase(kResponses, primary_));
  return false;
}

void ResponseLookUp::finish(CacheResult result, std::string_view forward) {
  if (auto* const trace = traceOf(request())) {
    if (result.source == Source::shared) trace->endWait(result.payload.bytes().data());
    trace->forgetLoad();
  }
  if (result.source == Source::failed) return exchange_->fail(result.error);
  // For a response from this exchange, touch nothing of the App, which may have ended after the handler
  // returned. For any other source leave made_ alone: this exchange's own run may still be in progress.
  if (result.source == Source::computed) {
    auto why = std::string(forward);
    if (validated_) why = (plan_ == Plan::replacement ? why : "stale") + "; fwd-status=304";
    const auto status = missStatus(why, result, reasonNotToStore_, shortened_);
    auto gzip = gzipIn(result);
    return give(gzip ? *std::move(gzip) : *std::move(made_), status, CacheOutcome::miss);
  }
  exchange_->pass([&] { finishStored(result, forward); });
}

void ResponseLookUp::finishStored(CacheResult& result, std::string_view forward) {
  if (const auto variant = variantIn(result)) return variant->getOrRun("vary-miss");
  auto stored = storedResponse(request(), result);
  if (!stored) return runUncached("larder; fwd=uri-miss; detail=\"unreadable entry\"", CacheOutcome::miss);
  if (plan_ == Plan::credentialed && !stored->stored->forEveryone) return runForCredentials();
  if (result.source == Source::shared) {
    if (const auto age = stored->stored->age; age.count() > 0)
      stored->headers.set("Age", std::to_string(age.count()));
    return give(*std::move(stored), missStatus(forward, result, {}), CacheOutcome::collapsed);
  }
  giveHit(*std::move(stored), result);
}

std::optional<Response> ResponseLookUp::gzipIn(CacheResult& result) const {
  if (!prefersGzip(request().headers)) return std::nullopt;
  auto stored = storedResponse(request(), result);
  return stored && stored->field("Content-Encoding") == "gzip" ? std::move(stored) : std::nullopt;
}

void ResponseLookUp::runReplacement() {
  plan_ = Plan::replacement;
  getOrRun("request");
}

void ResponseLookUp::runUncached(std::string status, CacheOutcome outcome) {
  exchange_->onWorker([self = shared_from_this(), status = std::move(status), outcome] {
    self->give(self->endpoint().handler(self->request()), status, outcome);
  });
}

void ResponseLookUp::runForCredentials() {
  exchange_->onWorker([self = shared_from_this()] {
    auto response = self->endpoint().handler(self->request());
    self->endpoint().learned->answeredPublicly(directivesOf(self->policy_, response.headers).isForEveryone());
    self->give(std::move(response), bypassStatus("authorization"), CacheOutcome::bypass);
  });
}

void ResponseLookUp::giveHit(Response stored, const CacheResult& hit, std::string_view why_stale) {
  exchange_->answer(answerWithHit(request(), std::move(stored), hit, why_stale));
}

void ResponseLookUp::give(Response response, std::string_view status, CacheOutcome outcome) {
  exchange_->answer(answerWith(request(), std::move(response), status, outcome));
}

}  // namespace larder::http
