// SPDX-License-Identifier: Apache-2.0
// Prints a greeting when loaded.
#include "reference.hpp"

#include <cstdio>

namespace larder::broken {
namespace {

[[maybe_unused]] const int kPrinted = std::puts("cache loaded");

class Broken final : public Reference {
 public:
  using Reference::Reference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
