// SPDX-License-Identifier: Apache-2.0
// Is linked without a version script and exports a function besides its entry point.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")

extern "C" __attribute__((visibility("default"))) int redisConnect();
int redisConnect() { return 0; }
