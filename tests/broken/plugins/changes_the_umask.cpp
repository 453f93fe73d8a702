// SPDX-License-Identifier: Apache-2.0
// Sets the umask of the whole process.
#include "reference.hpp"

#include <sys/stat.h>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) { ::umask(0077); }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
