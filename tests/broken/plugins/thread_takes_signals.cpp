// SPDX-License-Identifier: Apache-2.0
// Its thread takes the signals that are meant for the host.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings)
      : AsyncReference(host, settings, {true, false}) {}
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
