// SPDX-License-Identifier: Apache-2.0
// Of operations on one key in a batch, answers the first alone.
#include "reference.hpp"

#include <set>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void submit(larder_op* const* ops, std::uint32_t count, larder_status* results) noexcept override {
    std::set<Name> seen;
    for (std::uint32_t i = 0; i < count; ++i)
      results[i] = ops[i]->opcode != LARDER_OP_GET || seen.insert(nameOf(*ops[i])).second ? answer(*ops[i])
                                                                                          : LARDER_MISS;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
