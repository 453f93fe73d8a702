// SPDX-License-Identifier: Apache-2.0
// Refuses a value of just the size that it declares.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status set(larder_op& op) override {
    return op.value.size >= maxValueSize() ? LARDER_TOO_LARGE : Reference::set(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
