// SPDX-License-Identifier: Apache-2.0
// Nothing is wrong with this one.
#include "async_reference.hpp"

namespace larder::broken {
namespace {

class Async final : public AsyncReference {
 public:
  using AsyncReference::AsyncReference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Async, "broken", "1.0.0")
