// SPDX-License-Identifier: Apache-2.0
#include <larder/http/app.hpp>

#include <larder/quantity.hpp>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>

#include <larder/http/cacheability.hpp>
#include <larder/http/request_session.hpp>
#include "app/hot_keys.hpp"
#include "app/invalidate_after_write.hpp"
#include "exchange/exchange.hpp"
#include "http/comma_list.hpp"
#include "trace/request_trace.hpp"
#include "trace/tracer.hpp"

namespace larder::http {
namespace {

std::string allowList(std::vector<std::string> methods) {
  methods.emplace_back("OPTIONS");
  if (std::find(methods.begin(), methods.end(), "GET") != methods.end()) methods.emplace_back("HEAD");
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return commaList(methods);
}

Response notFound() {
  return Response::problem(404, "not-found", "Not Found", "There is no resource at this path.");
}

Response methodNotAllowed(const std::vector<std::string>& methods) {
  const auto allowed = allowList(methods);
  auto response = Response::problem(405, "method-not-allowed", "Method Not Allowed",
                                    "This resource allows " + allowed + ".");
  response.headers.set("Allow", allowed);
  return response;
}

Response options(const std::vector<std::string>& methods) {
  return {204, {{"Allow", allowList(methods)}}, {}};
}

Response overloaded() {
  return Response::unavailable("overloaded", "Overloaded", "Too many requests are in flight; try again.");
}

Response stopping() {
  return Response::unavailable("stopping", "Stopping",
                               "The service is shutting down; try again, perhaps on another host.");
}

// A key with a session in it is one visitor's, and the session may have to be loaded for it.
bool hasSharedKey(const Endpoint& endpoint) {
  return endpoint.policy && endpoint.policy.enabled() && !endpoint.policy->variesBySession();
}

bool isHit(CacheOutcome outcome) { return outcome == CacheOutcome::hit || outcome == CacheOutcome::stale; }

bool asksForKey(CacheOutcome outcome) {
  return outcome != CacheOutcome::none && outcome != CacheOutcome::bypass;
}

// Of what the key is made of, as sent: takes less than the key, and allocates nothing.
std::uint64_t fingerprintOf(const Endpoint& endpoint, const Request& request) {
  constexpr std::hash<std::string_view> hash;
  std::uint64_t sum = hash(request.target);
  const auto add = [&](std::string_view field) {
    sum = sum * 0x9e3779b97f4a7c15u + hash(request.headers.get(field).value_or(""));
  };
  add("Host");
  for (const auto& field : endpoint.policy->headers()) add(field);
  return sum + (request.secure ? 1 : 0);
}

HotKeys::Name nameOf(const Endpoint& endpoint, const Request& request) {
  return HotKeys::nameOf(endpoint.name(), keyOf(*endpoint.policy, request), request.target);
}

void countKey(HotKeys& keys, const Endpoint& endpoint, const Request& request, CacheOutcome outcome,
              std::chrono::nanoseconds now) {
  if (!hasSharedKey(endpoint) || !asksForKey(outcome)) return;
  keys.add(fingerprintOf(endpoint, request), isHit(outcome), now, [&] { return nameOf(endpoint, request); });
}

}  // namespace

App::App(Cache& cache)
    : cache_(cache),
      responses_(cache),
      hotKeys_(std::make_shared<HotKeys>(cache.backend().clock().monotonic())),
      tracer_(std::make_shared<Tracer>(cache.backend().clock())) {}

App::~App() {
  cache_.stopRenewing();
  gate_->close();
}

Endpoint App::prepared(Endpoint endpoint) const {
  if (endpoint.policy && endpoint.policy->variesBySession() && sessions_.store == nullptr)
    throw std::invalid_argument(endpoint.name() +
                                ": varyBySession() needs sessions; call useSessions() first");
  endpoint.handler = [run = withSession(endpoint.name(), std::move(endpoint.handler))](
                         const Request& request) { return inHandlerSpan(request, run); };
  endpoint.stats = std::make_shared<RequestStats>();
  return endpoint;
}

void App::trace(const TracingOptions& options) { tracer_->use(options); }

void App::observeSpans(SpanObserver& observer) { tracer_->observe(observer); }

Handler App::withSession(std::string endpoint, Handler handler) const {
  return [this, endpoint = std::move(endpoint), handler = std::move(handler)](const Request& request) {
    if (!request.boundSession) return handler(request);
    return request.boundSession->around([&] { return handler(request); },
                                        [&](std::string_view why) {
                                          if (faults_) faults_(endpoint, why);
                                        });
  };
}

Explanation App::explain(Request request) const {
  bindSession(request);
  const auto match = router().match(request);
  return http::explain(cache_, match, request);
}

void App::bindSession(Request& request) const {
  if (sessions_.store != nullptr)
    request.boundSession = std::make_shared<RequestSession>(*sessions_.store, sessions_.cookie, request);
}

Response App::handle(Request request) const {
  RunLoop loop;
  Response response;
  handle(std::move(request), loop, [&loop, &response](Response finished) {
    response = std::move(finished);
    loop.stop();
  });
  loop.run();
  return std::move(response).inFull();
}

void App::handle(Request request, Executor& workers, Respond respond) const {
  struct Direct final : Responder {
    explicit Direct(Respond given) : to(std::move(given)) {}
    void respond(Response&& response) override { to(std::move(response)); }
    Respond later() override { return std::move(to); }
    Respond to;
  };
  Direct direct(std::move(respond));
  handle(std::move(request), workers, direct);
}

void App::handle(Request&& request, Executor& workers, Responder& responder) const {
  const auto& clock = cache_.backend().clock();
  const auto begun = clock.monotonic();
  if (tracer_->isOn()) tracer_->begin(request, begun);
  auto at_once = answerAtOnce(request);
  if (auto* const trace = traceOf(request)) beginTraced(*trace, at_once, responder);
  if (at_once.response) {
    statsOf(at_once.endpoint).add(at_once.response->outcome, clock.monotonic() - begun);
    if (at_once.response->outcome != CacheOutcome::none && hotKeys_->isDue())
      countKey(*hotKeys_, *at_once.endpoint, request, at_once.response->outcome, begun);
    return responder.respond(*std::move(at_once.response));
  }
  auto count = hotKeys_->isDue() ? keyCounter(*at_once.endpoint, request) : CountKey();
  auto trace = request.boundSpan ? request.boundSpan->trace : nullptr;
  auto answer = answering(*at_once.endpoint, responder.later(), std::move(count), begun, std::move(trace));
  const auto exchange =
      std::make_shared<Exchange>(std::move(request), *at_once.endpoint, workers, gate_, std::move(answer));
  try {
    begin(exchange);
  } catch (...) {
    exchange->fail(std::current_exception());
  }
}

void App::beginTraced(RequestTrace& trace, AtOnce& at_once, Responder& responder) {
  if (at_once.endpoint != nullptr) trace.matched(at_once.endpoint->name());
  if (trace.isRecorded()) responder.traced(trace.context());
  if (at_once.response) trace.end(*at_once.response);
}

std::vector<HotKey> App::hotKeys(std::size_t most) const {
  return hotKeys_->top(most, cache_.backend().clock().monotonic());
}

App::CountKey App::keyCounter(const Endpoint& endpoint, const Request& request) const {
  if (!hasSharedKey(endpoint)) return {};
  return [keys = hotKeys_, fingerprint = fingerprintOf(endpoint, request), name = nameOf(endpoint, request)](
             CacheOutcome outcome, std::chrono::nanoseconds now) {
    if (asksForKey(outcome)) keys->add(fingerprint, isHit(outcome), now, [&name] { return name; });
  };
}

Exchange::Done App::answering(const Endpoint& endpoint, Respond respond, CountKey count,
                              std::chrono::nanoseconds begun, std::shared_ptr<RequestTrace> trace) const {
  // The statistics and the clock outlive the App; the endpoint and the fault sink do not.
  return [this, &endpoint, &clock = cache_.backend().clock(), gate = gate_, stats = endpoint.stats,
          learned = endpoint.learned, begun, count = std::move(count), trace = std::move(trace),
          respond = std::move(respond)](Response response, const std::exception_ptr& error) {
    if (error != nullptr) {
      const Gate::Pass pass(*gate);
      response = pass ? failed(&endpoint, error) : stopping();
    }
    stats->add(response.outcome, clock.monotonic() - begun);
    if (count) count(response.outcome, begun);
    if (const auto kept = learned->takeShortened()) {
      const Gate::Pass pass(*gate);
      if (pass) tellShortening(endpoint, *kept);
    }
    // Only here has the cache evaluated the handler's caching directives.
    if (response.caching.session == SessionUse::key && !response.headers.has("Cache-Control"))
      response.headers.set("Cache-Control", RequestSession::kClientCopies);
    if (trace) trace->end(response);
    respond(std::move(response));
  };
}

void App::tellShortening(const Endpoint& endpoint, std::chrono::milliseconds kept) const {
  if (notices_)
    notices_(endpoint.name(), "the handler's own Cache-Control or Expires limited a response to " +
                                  formatDuration(kept) +
                                  ", less than the policy says; ignoreResponse() turns that off");
}

RequestStats& App::statsOf(const Endpoint* endpoint) const {
  return endpoint != nullptr ? *endpoint->stats : *unrouted_;
}

App::AtOnce App::answerAtOnce(Request& request) const {
  const Endpoint* endpoint = nullptr;
  try {
    const auto match = router().match(request);
    endpoint = match.endpoint;
    if (endpoint == nullptr && match.pathKnown && request.method == "OPTIONS")
      return {options(match.allowed)};
    if (endpoint == nullptr) return {match.pathKnown ? methodNotAllowed(match.allowed) : notFound()};
    if (!endpoint->policy || !endpoint->policy.enabled()) return {std::nullopt, endpoint};
    return {responses_.findFresh(*endpoint, request), endpoint};
  } catch (...) {
    return {failed(endpoint, std::current_exception()), endpoint};
  }
}

void App::begin(const ExchangePtr& exchange) const {
  bindSession(exchange->request());
  const auto& policy = exchange->endpoint().policy;
  if (!policy || !policy.enabled()) return exchange->onWorker([this, exchange] { runHandler(exchange); });
  if (!policy->variesBySession()) return responses_.respond(exchange);
  // The session is part of the key, and loading it blocks on its backend.
  exchange->onWorker([this, exchange] {
    auto found = responses_.findFresh(exchange->endpoint(), exchange->request());
    if (found) return exchange->answer(*std::move(found));
    responses_.respond(exchange);
  });
}

void App::runHandler(const ExchangePtr& exchange) const {
  const auto& endpoint = exchange->endpoint();
  if (!isWrite(exchange->request().method)) return exchange->answer(endpoint.handler(exchange->request()));
  const WriteInvalidation invalidation(cache_, router(), faults_, writes_);
  Response response;
  try {
    response = endpoint.handler(exchange->request());
  } catch (...) {  // it may have written before it threw
    invalidation.run(endpoint, exchange->request(), nullptr);
    throw;
  }
  if (mayHaveWritten(response.status)) invalidation.run(endpoint, exchange->request(), &response);
  exchange->answer(std::move(response));
}

Response App::failed(const Endpoint* endpoint, const std::exception_ptr& error) const {
  const auto tell = [&](std::string_view what) {
    if (faults_) faults_(endpoint == nullptr ? "-" : endpoint->name(), what);
  };
  try {
    std::rethrow_exception(error);
  } catch (const Overloaded&) {
    return overloaded();
  } catch (const Exchange::Ended&) {
    return stopping();
  } catch (const ComputationFailed& failed) {  // reported where it failed
    return Response::problem(failed.status(), "upstream-failed", "Upstream Failure",
                             "The request failed for another client too; try again later.");
  } catch (const WaitedTooLong& late) {
    tell(late.what());
    return Response::problem(504, "too-slow", "Gateway Timeout",
                             "The response took too long; try again later.");
  } catch (const SessionsUnavailable& unavailable) {  // from a key that varies by session
    tell(unavailable.what());
    return RequestSession::unavailable();
  } catch (const std::exception& exception) {
    tell(exception.what());
  } catch (...) {
    tell("an exception that is no std::exception");
  }
  return Response::problem(500, "internal-error", "Internal Server Error",
                           "The request failed; try again later.");
}

}  // namespace larder::http
