// SPDX-License-Identifier: Apache-2.0
// A correct plugin.
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
