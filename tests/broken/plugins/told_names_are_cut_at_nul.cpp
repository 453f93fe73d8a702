// SPDX-License-Identifier: Apache-2.0
// Tells keys as C strings.
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    auto change = ListeningReference::changeOf(op);
    if (change && change->key) change->key = change->key->c_str();
    return change;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
