// SPDX-License-Identifier: Apache-2.0
// Clears the answers up to the struct's end, by the size that the host's has.
#include "reference.hpp"

#include <cstddef>
#include <cstring>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status answer(larder_op& op) noexcept override {
    constexpr std::size_t known = offsetof(larder_op, expected) + sizeof(larder_bytes);
    if (op.struct_size > known) std::memset(reinterpret_cast<char*>(&op) + known, 0, op.struct_size - known);
    return Reference::answer(op);
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
