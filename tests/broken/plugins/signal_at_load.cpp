// SPDX-License-Identifier: Apache-2.0
// Ignores SIGTERM in the whole process when loaded.
#include "reference.hpp"

#include <signal.h>

namespace larder::broken {
namespace {

[[maybe_unused]] const auto kHandler = ::signal(SIGTERM, SIG_IGN);

class Broken final : public Reference {
 public:
  using Reference::Reference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
