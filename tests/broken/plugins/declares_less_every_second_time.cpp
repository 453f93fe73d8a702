// SPDX-License-Identifier: Apache-2.0
// Every second backend declares less than the others.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  std::uint64_t capabilities() const override {
    return isOdd_ ? Reference::capabilities() : Reference::capabilities() & ~LARDER_CAP_TTL;
  }

 private:
  static inline std::atomic<int> made{0};
  const bool isOdd_ = ++made % 2 == 1;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
