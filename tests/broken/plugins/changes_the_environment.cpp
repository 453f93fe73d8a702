// SPDX-License-Identifier: Apache-2.0
// Sets the time zone of the whole process.
#include "reference.hpp"

#include <cstdlib>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    ::setenv("TZ", "UTC", 1);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
