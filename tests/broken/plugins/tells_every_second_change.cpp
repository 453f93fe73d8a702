// SPDX-License-Identifier: Apache-2.0
// Drops changes and says nothing of it.
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;

 protected:
  std::optional<Change> changeOf(const larder_op& op) const override {
    auto change = ListeningReference::changeOf(op);
    return change && ++told_ % 2 == 0 ? std::nullopt : std::move(change);
  }

 private:
  mutable std::atomic<int> told_{0};
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
