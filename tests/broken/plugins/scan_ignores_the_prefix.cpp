// SPDX-License-Identifier: Apache-2.0
// Scans the whole namespace.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status scan(larder_op& op) override {
    op.key.size = 0;
    return Reference::scan(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
