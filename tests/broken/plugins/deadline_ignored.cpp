// SPDX-License-Identifier: Apache-2.0
// Ignores deadlines.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  bool isLate(const larder_op&) const override { return false; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
