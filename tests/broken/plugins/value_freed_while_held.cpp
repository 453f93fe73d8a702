// SPDX-License-Identifier: Apache-2.0
// Lends a value without holding it.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_value lend(const Bytes& value) const override {
    return {value->data(), value->size(), nullptr, nullptr};
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
