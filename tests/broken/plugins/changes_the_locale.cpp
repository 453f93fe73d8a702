// SPDX-License-Identifier: Apache-2.0
// Takes the user's locale for the whole process.
#include "reference.hpp"

#include <clocale>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::setlocale(LC_ALL, "C.UTF-8");
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
