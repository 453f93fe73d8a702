// SPDX-License-Identifier: Apache-2.0
// Repeats a password that it does not like.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    const std::string password(settings.text("password"));
    if (password.size() > 64) throw plugin::ConfigError("password: \"" + password + "\" is too long");
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
