// SPDX-License-Identifier: Apache-2.0
// DELETE ignores IF_VERSION.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status erase(larder_op& op) override {
    op.flags = 0;
    return Reference::erase(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
