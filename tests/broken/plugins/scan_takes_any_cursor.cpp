// SPDX-License-Identifier: Apache-2.0
// Begins anew at a cursor that is none.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status scan(larder_op& op) override {
    if (plugin::view(op.value).find_first_not_of("0123456789") != std::string_view::npos) op.value.size = 0;
    return Reference::scan(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
