// SPDX-License-Identifier: Apache-2.0
// Its entry point returns a new copy of the descriptor each time.
#include "changed_table.hpp"

#include <deque>

namespace larder::broken {
namespace {

const larder_plugin* answerAnother() {
  static std::mutex mutex;
  static std::deque<larder_plugin> copies;
  const std::lock_guard lock(mutex);
  return &copies.emplace_back(correctPlugin());
}

}  // namespace
}  // namespace larder::broken

LARDER_DEFINE_NOTE("broken", "1.0.0");
extern "C" __attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(std::uint32_t) {
  return larder::broken::answerAnother();
}
