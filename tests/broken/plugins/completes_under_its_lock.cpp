// SPDX-License-Identifier: Apache-2.0
// Holds its lock while it completes: a submission from the callback waits for ever.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void complete(larder_op& op, larder_status status) noexcept override {
    const std::lock_guard lock(queueMutex());
    AsyncReference::complete(op, status);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
