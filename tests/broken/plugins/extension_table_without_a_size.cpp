// SPDX-License-Identifier: Apache-2.0
// The table of its extensions does not tell its size.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  const void* extension(std::string_view id) noexcept override {
    static constexpr larder_extension table{};
    return Reference::extension(id) != nullptr ? &table : nullptr;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
