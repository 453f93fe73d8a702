// SPDX-License-Identifier: Apache-2.0
// Overwrites a value in place, whoever holds it.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    const Bytes held = old != nullptr ? old->value : nullptr;
    Reference::store(op, old);
    if (held != nullptr && held->size() == op.value.size) held->assign(plugin::view(op.value));
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
