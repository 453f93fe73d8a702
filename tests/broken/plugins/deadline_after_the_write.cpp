// SPDX-License-Identifier: Apache-2.0
// Answers DEADLINE, but has written.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const bool late = isLate(op);
    op.deadline_ns = 0;
    const larder_status status = Reference::answer(op);
    return late ? LARDER_DEADLINE : status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
