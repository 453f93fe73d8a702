// SPDX-License-Identifier: Apache-2.0
#include <larder/async/waiter.hpp>

#include <chrono>

namespace larder::plugin {

void Waiter::finish(larder_status& result, larder_status status) noexcept {
  result = status;
  if (outstanding_.fetch_sub(1, std::memory_order_acq_rel) == 1) signal_.send(done);
}

void Waiter::wait() noexcept {
  while (!isDone()) signal_.await(std::chrono::minutes(1));
}

}  // namespace larder::plugin
