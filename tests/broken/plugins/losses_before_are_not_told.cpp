// SPDX-License-Identifier: Apache-2.0
// Lets a listener believe that what it remembers from before is right.
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  void replaceListener(Listener listener) override { listener_ = listener; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
