// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_EXCHANGE_EXCHANGE_HPP
#define LARDER_EXCHANGE_EXCHANGE_HPP

#include <larder/executor.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>

#include <larder/http/endpoint.hpp>
#include <larder/http/gate.hpp>

namespace larder::http {

/// One request to an endpoint on its way to its response. Each step is the continuation of the previous one
/// and holds the exchange; a background refresh holds it even after the response.
///
/// Steps run one after the other, on any thread. The App's objects, above all the endpoint, exist only while
/// the gate is open, so a step that may run later on another thread passes the gate first.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  /// Receives the response, or the reason why there is none: an exception of a step, Overloaded, or Ended.
  /// Must not throw.
  using Done = std::function<void(Response, const std::exception_ptr&)>;

  /// Thrown when the App has ended, or the workers have dropped the request.
  class Ended : public std::runtime_error {
   public:
    Ended() : std::runtime_error("the App has ended") {}
  };

  /// `workers` must live until the answer; `endpoint` must live while `gate` is open.
  Exchange(Request request, const Endpoint& endpoint, Executor& workers, GatePtr gate, Done done);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  /// Fails the exchange with Ended if it has no answer, because no step is left to give one.
  ~Exchange();

  Request& request() { return request_; }
  const Request& request() const { return request_; }
  const Endpoint& endpoint() const { return endpoint_; }
  Executor& workers() const { return workers_; }

  /// The first call of either completes the exchange; later calls do nothing.
  void answer(Response response);
  void fail(const std::exception_ptr& error);

  /// Runs `step` now if the gate is open, else fails with Ended. If the step throws, fails with its
  /// exception.
  template <class Step>
  void pass(Step step) {
    const Gate::Pass pass(*gate_);
    if (!pass) return fail(ended());
    try {
      step();
    } catch (...) {
      fail(std::current_exception());
    }
  }
  /// Does the same on a worker. Fails with Overloaded if the workers refuse.
  void onWorker(std::function<void()> step);
  /// Returns the result of `work`, which needs the App. Throws Ended if the gate is closed.
  template <class Work>
  auto whileOpen(Work work) const {
    const Gate::Pass pass(*gate_);
    if (!pass) throw Ended();
    return work();
  }

 private:
  static std::exception_ptr ended() { return std::make_exception_ptr(Ended()); }

  Request request_;
  const Endpoint& endpoint_;
  Executor& workers_;
  const GatePtr gate_;
  Done done_;
};

using ExchangePtr = std::shared_ptr<Exchange>;

}  // namespace larder::http

#endif
