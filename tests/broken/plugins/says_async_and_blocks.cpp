// SPDX-License-Identifier: Apache-2.0
// Declares ASYNC and answers every operation from submit.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override { return LARDER_CAP_ASYNC | plugin::allCoreCapabilities; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
