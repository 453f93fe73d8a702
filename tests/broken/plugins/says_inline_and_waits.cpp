// SPDX-License-Identifier: Apache-2.0
// Declares INLINE and answers PENDING.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;

  std::uint64_t capabilities() const override { return LARDER_CAP_INLINE | plugin::allCoreCapabilities; }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
