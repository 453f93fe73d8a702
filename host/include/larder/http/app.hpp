// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_APP_HPP
#define LARDER_HTTP_APP_HPP

#include <larder/cache.hpp>
#include <larder/executor.hpp>
#include <larder/policy.hpp>
#include <larder/session.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/endpoints.hpp>
#include <larder/http/explain.hpp>
#include <larder/http/gate.hpp>
#include <larder/http/handle.hpp>
#include <larder/http/hot_key.hpp>
#include <larder/http/response_cache.hpp>
#include <larder/http/session_cookie.hpp>
#include <larder/http/tracing.hpp>
#include <larder/http/write_observer.hpp>

namespace larder::http {

class HotKeys;
class RequestTrace;
class Tracer;

/// The endpoints of an application and the cache in front of them.
///
///     App app(engine);
///     app.get("/users", listUsers, cache(30s).tag("users"));
///     app.post("/users", createUser, invalidates("users"));
///     app.get("/health", health);                            // no policy: never cached
///
/// Register endpoints before the first request; an invalid one throws std::invalid_argument. After that,
/// handle() may be called on any thread. The Cache must outlive the App and every request. The destructor
/// waits for running handlers, including those of background refreshes, and starts no more: requests still
/// waiting for their handler are answered with 503.
class App final : public Endpoints {
 public:
  explicit App(Cache& cache);
  ~App() override;
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  /// Gives each request a session: Request::session. `store` must outlive the App.
  void useSessions(SessionStore& store, SessionCookie cookie) { sessions_ = {&store, cookie}; }

  using FaultSink = http::FaultSink;
  void onFault(FaultSink sink) { faults_ = std::move(sink); }

  /// `sink` is called once per endpoint, with one line, when a response is stored for less time than the
  /// policy says because its own Cache-Control or Expires asks for less. Otherwise like any FaultSink.
  void onNotice(FaultSink sink) { notices_ = std::move(sink); }

  /// Observes the invalidations after writes from now on. `observer` must outlive the App.
  void observeWrites(WriteObserver& observer) { writes_ = &observer; }

  /// Chooses which requests are traced from now on. Thread-safe. Throws std::invalid_argument if a member is
  /// out of range. Requests are traced even without an observer, for the sake of the services that handlers
  /// call.
  void trace(const TracingOptions& options);

  /// Passes the spans of traced requests to `observer`. Call it before the first request. `observer` must
  /// outlive the App and every request.
  void observeSpans(SpanObserver& observer);

  /// Answers one request through `responder`, whatever happens: never throws and never waits.
  ///
  /// A response that needs no handler is immediate: a hit in an in-memory backend, 404, 405, 304. A hit in a
  /// backend that does I/O is answered on the backend's thread. Handlers, sessions and endpoints that vary by
  /// session run on `workers`. If `workers` refuses, as a WorkerPool with a full queue does, the answer is a
  /// 503 with Retry-After, and hits are still served. `workers` must live until the response; a task that it
  /// drops is answered with 503 at that moment.
  void handle(Request&& request, Executor& workers, Responder& responder) const;

  /// Does the same through `respond`, which is called once, possibly before handle() returns.
  void handle(Request request, Executor& workers, Respond respond) const;

  /// Does the same on this thread, which also runs the handler.
  Response handle(Request request) const;

  /// Returns what would happen to the request at this moment, and why. Behaves and throws like
  /// http::explain().
  Explanation explain(Request request) const;

  /// Returns the statistics of requests that matched no endpoint (404 and 405). For the others see
  /// Endpoint::stats.
  const RequestStats& unrouted() const { return *unrouted_; }

  /// Returns the keys that most requests to cached endpoints ask for, at most `most`, the hottest first.
  /// Requests that bypass the cache do not count, nor do those to endpoints that vary by session. Found from
  /// a sample if there are many requests. Waits for nothing.
  std::vector<HotKey> hotKeys(std::size_t most) const;

 private:
  using ExchangePtr = std::shared_ptr<Exchange>;

  Endpoint prepared(Endpoint endpoint) const override;
  void bindSession(Request& request) const;
  Handler withSession(std::string endpoint, Handler handler) const;

  // Answers the request if that takes neither a handler nor waiting. Fills request.params.
  struct AtOnce {
    std::optional<Response> response;
    const Endpoint* endpoint = nullptr;
  };
  AtOnce answerAtOnce(Request& request) const;
  RequestStats& statsOf(const Endpoint* endpoint) const;
  static void beginTraced(RequestTrace& trace, AtOnce& at_once, Responder& responder);

  // Counts the request for hotKeys() when its outcome is known; empty if it is not to be counted.
  using CountKey = std::function<void(CacheOutcome outcome, std::chrono::nanoseconds now)>;
  CountKey keyCounter(const Endpoint& endpoint, const Request& request) const;

  void begin(const ExchangePtr& exchange) const;
  void runHandler(const ExchangePtr& exchange) const;
  // Returns a function that passes an exchange's outcome to `respond` and records its duration since `begun`.
  std::function<void(Response, const std::exception_ptr&)> answering(
      const Endpoint& endpoint, Respond respond, CountKey count, std::chrono::nanoseconds begun,
      std::shared_ptr<RequestTrace> trace) const;
  void tellShortening(const Endpoint& endpoint, std::chrono::milliseconds kept) const;
  Response failed(const Endpoint* endpoint, const std::exception_ptr& error) const;

  struct Sessions {
    SessionStore* store = nullptr;  // null: no sessions
    SessionCookie cookie{true};
  };

  Cache& cache_;
  const GatePtr gate_ = std::make_shared<Gate>();
  ResponseCache responses_;
  FaultSink faults_;
  FaultSink notices_;
  WriteObserver* writes_ = nullptr;
  const std::shared_ptr<HotKeys> hotKeys_;
  const std::shared_ptr<Tracer> tracer_;
  const std::shared_ptr<RequestStats> unrouted_ = std::make_shared<RequestStats>();
  Sessions sessions_;
};

}  // namespace larder::http

#endif
