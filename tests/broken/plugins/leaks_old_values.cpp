// SPDX-License-Identifier: Apache-2.0
// Never frees a value that was overwritten.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    if (old != nullptr) new Bytes(old->value);
    Reference::store(op, old);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
