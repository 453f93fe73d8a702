// SPDX-License-Identifier: Apache-2.0
// Counts in floating point.
#include "reference.hpp"

#include <cstdlib>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_status increment(larder_op& op) override {
    const larder_status status = Reference::increment(op);
    if (status == LARDER_OK && std::llabs(op.result_number) < INT64_MAX / 2)
      op.result_number = static_cast<std::int64_t>(static_cast<double>(op.result_number));
    return status;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
