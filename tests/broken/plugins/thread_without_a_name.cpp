// SPDX-License-Identifier: Apache-2.0
// Its thread has no name.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings)
      : AsyncReference(host, settings, {false, true}) {}
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
