// SPDX-License-Identifier: Apache-2.0
// Takes a value of a byte more than it declares.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t maxValueSize() const override { return checking_.load() ? (1u << 20) + 1 : 1u << 20; }

  larder_status answer(larder_op& op) noexcept override {
    checking_ = true;
    return Reference::answer(op);
  }

 private:
  std::atomic<bool> checking_{false};  // create reads the limit before the first operation
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
