// SPDX-License-Identifier: Apache-2.0
// Has one namespace for all.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  Name nameOf(const larder_op& op) const override { return {"", Reference::nameOf(op).second}; }
  bool isIn(const Name&, std::string_view) const override { return true; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
