// SPDX-License-Identifier: Apache-2.0
// Drops pending operations at drain instead of completing them.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  larder_status drain(std::uint64_t deadline_ns) noexcept override {
    dropping_ = true;
    return AsyncReference::drain(deadline_ns);
  }
  void complete(larder_op& op, larder_status status) noexcept override {
    if (!dropping_.load()) AsyncReference::complete(op, status);
  }

 private:
  std::atomic<bool> dropping_{false};
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
