// SPDX-License-Identifier: Apache-2.0
// Takes an operation without a deadline for one that is late.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  bool isLate(const larder_op& op) const override { return host_.monotonicNs() >= op.deadline_ns; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
