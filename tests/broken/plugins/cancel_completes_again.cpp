// SPDX-License-Identifier: Apache-2.0
// Cancel completes an operation that will complete all the same.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  void cancel(larder_op& op) noexcept override { AsyncReference::complete(op, LARDER_CANCELLED); }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
