// SPDX-License-Identifier: Apache-2.0
// Logs its configuration with the password.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    host.info("cache opened with password " + std::string(settings.text("password")));
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
