// SPDX-License-Identifier: Apache-2.0
// Ignores SIGTERM for the whole process.
#include "reference.hpp"

#include <signal.h>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    ::signal(SIGTERM, SIG_IGN);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
