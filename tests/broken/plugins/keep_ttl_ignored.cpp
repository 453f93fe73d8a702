// SPDX-License-Identifier: Apache-2.0
// Ignores KEEP_TTL.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry*) override { Reference::store(op, nullptr); }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
