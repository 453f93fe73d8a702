// SPDX-License-Identifier: Apache-2.0
// Waits in drain for ever once it has stored something.
#include "reference.hpp"

#include <unistd.h>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status drain(std::uint64_t) noexcept override {
    while (counters_.writes > 0) ::pause();
    return LARDER_OK;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
