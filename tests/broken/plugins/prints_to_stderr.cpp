// SPDX-License-Identifier: Apache-2.0
// Complains on standard error about each miss.
#include "reference.hpp"

#include <cstdio>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status get(larder_op& op) override {
    const larder_status status = Reference::get(op);
    if (status == LARDER_MISS) std::fputs("miss\n", stderr);
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
