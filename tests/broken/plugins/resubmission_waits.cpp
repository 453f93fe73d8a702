// SPDX-License-Identifier: Apache-2.0
// Starts what was submitted from a callback only at its next look, in 5 ms.
#include "async_reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void complete(larder_op& op, larder_status status) noexcept override {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    AsyncReference::complete(op, status);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
