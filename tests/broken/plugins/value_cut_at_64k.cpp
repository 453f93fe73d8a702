// SPDX-License-Identifier: Apache-2.0
// Keeps a value's size in 16 bits.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  Bytes copyOf(larder_bytes value) const override {
    return Reference::copyOf({value.data, value.size > 0xffff ? value.size & 0xffff : value.size});
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
