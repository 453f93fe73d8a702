// SPDX-License-Identifier: Apache-2.0
// Starts a thread when loaded.
#include "reference.hpp"

#include <unistd.h>

#include <thread>

namespace larder::broken {
namespace {

[[maybe_unused]] const bool kStarted = [] {
  std::thread(::pause).detach();
  return true;
}();

class Broken final : public Reference {
 public:
  using Reference::Reference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
