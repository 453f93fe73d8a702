// SPDX-License-Identifier: Apache-2.0
// Keeps locks among the entries.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status lock(larder_op& op) override {
    const larder_status status = Reference::lock(op);
    return status == LARDER_OK ? set(op) : status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
