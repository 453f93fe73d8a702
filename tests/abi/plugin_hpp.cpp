// SPDX-License-Identifier: Apache-2.0
// The smallest plugin that plugin.hpp allows.
#include <larder/plugin.hpp>

namespace {

class Least final : public larder::plugin::Backend {
 public:
  static larder::plugin::Info info() { return {"Larder's tests", "Apache-2.0"}; }
  Least(larder::plugin::Host, const larder::plugin::Settings&) {}
};

}  // namespace

LARDER_PLUGIN(Least, "least", "1.0.0")
