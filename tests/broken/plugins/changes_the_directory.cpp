// SPDX-License-Identifier: Apache-2.0
// Moves the whole process to the root directory.
#include "reference.hpp"

#include <unistd.h>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    [[maybe_unused]] const int moved = ::chdir("/");
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
