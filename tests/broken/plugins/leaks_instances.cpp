// SPDX-License-Identifier: Apache-2.0
// A backend leaves a mebibyte behind.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    auto* left_behind = new std::string(1u << 20, 'x');
    left_behind->front() = 'y';
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
