// SPDX-License-Identifier: Apache-2.0
// Has the table of locks and answers their opcodes UNSUPPORTED.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view id) noexcept override {
    return id == LARDER_LOCK ? &plugin::opcodesOnly : nullptr;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
