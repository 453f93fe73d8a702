// SPDX-License-Identifier: Apache-2.0
// Looks at the deadline only when it has the answer, a second later.
#include "async_reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  larder_status answer(larder_op& op) noexcept override {
    if (op.opcode == LARDER_OP_DELETE && !isLate(op)) std::this_thread::sleep_for(std::chrono::seconds(1));
    return AsyncReference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
