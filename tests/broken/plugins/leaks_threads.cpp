// SPDX-License-Identifier: Apache-2.0
// Does not end its thread.
#include "reference.hpp"

#include <pthread.h>
#include <unistd.h>

#include <thread>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  Broken(plugin::Host host, const plugin::Settings& settings) : Reference(host, settings) {
    std::thread(::pause).detach();
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
