// SPDX-License-Identifier: Apache-2.0
// Takes keys that are longer than it declares.
#include "reference.hpp"

#include <algorithm>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    op.key.size = std::min(op.key.size, maxKeySize());
    return Reference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
