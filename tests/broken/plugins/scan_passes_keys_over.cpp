// SPDX-License-Identifier: Apache-2.0
// A page of a scan begins one key too late.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status scan(larder_op& op) override {
    if (op.value.size == 0) return Reference::scan(op);
    const std::string cursor(plugin::view(op.value));
    if (cursor.find_first_not_of("0123456789") != std::string::npos) return LARDER_INVALID;
    const std::string next = std::to_string(std::stoull(cursor) + 1);
    op.value = plugin::bytes(next);
    return Reference::scan(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
