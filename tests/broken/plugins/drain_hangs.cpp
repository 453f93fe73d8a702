// SPDX-License-Identifier: Apache-2.0
// Waits in drain, whatever the deadline.
#include "reference.hpp"

#include <unistd.h>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status drain(std::uint64_t) noexcept override {
    for (;;) ::pause();
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
