// SPDX-License-Identifier: Apache-2.0
// Keeps its first listener.
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  void replaceListener(Listener listener) override {
    if (listener_ == nullptr) ListeningReference::replaceListener(listener);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
