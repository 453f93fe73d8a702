// SPDX-License-Identifier: Apache-2.0
// A correct plugin.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Inline final : public Reference {
 public:
  using Reference::Reference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Inline, "broken", "1.0.0")
