// SPDX-License-Identifier: Apache-2.0
// Rounds upwards in the whole thread.
#include "reference.hpp"

#include <cfenv>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::fesetround(FE_UPWARD);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
