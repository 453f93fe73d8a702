// SPDX-License-Identifier: Apache-2.0
// Stores by conditions without declaring that it can.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override {
    return performing_.load() ? Reference::capabilities()
                              : Reference::capabilities() & ~LARDER_CAP_CONDITIONS;
  }
  larder_status answer(larder_op& op) noexcept override {
    performing_ = true;
    return Reference::answer(op);
  }

 private:
  std::atomic<bool> performing_{false};
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
