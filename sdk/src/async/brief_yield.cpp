// SPDX-License-Identifier: Apache-2.0
#include <larder/async/brief_yield.hpp>

#include <sched.h>

namespace larder::plugin {

bool yieldBriefly() noexcept {
  using std::chrono::steady_clock;
  thread_local YieldBackOff back_off;
  if (!back_off.mayYield()) return false;
  const auto begin = steady_clock::now();
  ::sched_yield();
  return back_off.wasBrief(steady_clock::now() - begin);
}

}  // namespace larder::plugin
