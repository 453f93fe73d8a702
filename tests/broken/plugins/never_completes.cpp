// SPDX-License-Identifier: Apache-2.0
// Answers PENDING and forgets every hundredth operation.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void complete(larder_op& op, larder_status status) noexcept override {
    if (++completed_ % 100 != 0) AsyncReference::complete(op, status);
  }

 private:
  int completed_ = 0;  // the worker's
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
