// SPDX-License-Identifier: Apache-2.0
// EXISTS answers OK for every key.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status exists(larder_op&) override { return LARDER_OK; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
