// SPDX-License-Identifier: Apache-2.0
// A value that is too large empties the whole store.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    const larder_status status = Reference::answer(op);
    if (status == LARDER_TOO_LARGE) lost_ = true;
    return status;
  }
  bool isExpired(const Entry& entry) const override { return lost_ || Reference::isExpired(entry); }

 private:
  std::atomic<bool> lost_{false};
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
