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
/// and holds the exchange; a refresh in the background holds it for longer than its response takes.
///
/// Steps run one after the other, on whatever threads. What belongs to the App, the endpoint above all,
/// exists while the gate is open, so each step that another thread may come to later passes the gate first.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  /// Gets the response, or else why there is none: what a step threw, Overloaded, or Ended. Must not throw.
  using Done = std::function<void(Response, const std::exception_ptr&)>;

  /// The App has ended, or the workers have dropped the request.
  class Ended : public std::runtime_error {
   public:
    Ended() : std::runtime_error("the App has ended") {}
  };

  /// `workers` must live until the answer, `endpoint` while `gate` is open.
  Exchange(Request request, const Endpoint& endpoint, Executor& workers, GatePtr gate, Done done);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  /// Fails as Ended if there was no answer: no step is left.
  ~Exchange();

  Request& request() { return request_; }
  const Request& request() const { return request_; }
  const Endpoint& endpoint() const { return endpoint_; }
  Executor& workers() const { return workers_; }

  /// Both: the first counts, later ones do nothing.
  void answer(Response response);
  void fail(const std::exception_ptr& error);

  /// Runs `step` now if the gate is open, else fails as Ended. An exception of the step is the answer.
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
  /// Has a worker do that. Fails as Overloaded if the workers refuse.
  void onWorker(std::function<void()> step);
  /// Returns what `work` does, which needs the App. Throws Ended.
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
