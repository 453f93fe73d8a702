// SPDX-License-Identifier: Apache-2.0
// Completes each operation twice.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void complete(larder_op& op, larder_status status) noexcept override {
    const auto callback = op.complete;
    callback(&op, status);
    callback(&op, status);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
