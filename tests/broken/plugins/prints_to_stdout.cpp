// SPDX-License-Identifier: Apache-2.0
// Greets on standard output.
#include "reference.hpp"

#include <cstdio>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::puts("cache ready");
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
