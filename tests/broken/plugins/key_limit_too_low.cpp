// SPDX-License-Identifier: Apache-2.0
// Declares keys of at most 200 bytes.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t maxKeySize() const override { return 200; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
