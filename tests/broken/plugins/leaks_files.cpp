// SPDX-License-Identifier: Apache-2.0
// Does not close its file.
#include "reference.hpp"

#include <fcntl.h>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    [[maybe_unused]] const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
