// SPDX-License-Identifier: Apache-2.0
// Aborts if the process ends without destroying its backend.
#include "reference.hpp"

#include <cstdlib>

namespace larder::broken {
namespace {

struct Alive {
  ~Alive() {
    if (count != 0) std::abort();
  }
  std::atomic<int> count{0};
};
Alive alive;

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) { ++alive.count; }
  ~Broken() override { --alive.count; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
