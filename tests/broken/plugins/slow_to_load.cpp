// SPDX-License-Identifier: Apache-2.0
// Takes half a second to load.
#include "reference.hpp"

#include <chrono>
#include <thread>

namespace larder::broken {
namespace {

[[maybe_unused]] const bool kSlept = [] {
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  return true;
}();

class Broken final : public Reference {
 public:
  using Reference::Reference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
