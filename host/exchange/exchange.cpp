// SPDX-License-Identifier: Apache-2.0
#include "exchange/exchange.hpp"

#include <larder/cache.hpp>

#include <utility>

namespace larder::http {

Exchange::Exchange(Request request, const Endpoint& endpoint, Executor& workers, GatePtr gate, Done done)
    : request_(std::move(request)),
      endpoint_(endpoint),
      workers_(workers),
      gate_(std::move(gate)),
      done_(std::move(done)) {}

Exchange::~Exchange() {
  if (done_) fail(ended());
}

void Exchange::answer(Response response) {
  if (const auto done = std::exchange(done_, nullptr)) done(std::move(response), nullptr);
}

void Exchange::fail(const std::exception_ptr& error) {
  if (const auto done = std::exchange(done_, nullptr)) done({}, error);
}

void Exchange::onWorker(std::function<void()> step) {
  const bool accepted =
      workers_.post([self = shared_from_this(), step = std::move(step)] { self->pass(step); });
  if (!accepted) fail(std::make_exception_ptr(Overloaded("no room to run the handler; try again")));
}

}  // namespace larder::http
