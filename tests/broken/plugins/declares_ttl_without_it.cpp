// SPDX-License-Identifier: Apache-2.0
// Declares TTL and answers UNSUPPORTED.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status touch(larder_op&) override { return LARDER_UNSUPPORTED; }
  larder_status ttl(larder_op&) override { return LARDER_UNSUPPORTED; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
