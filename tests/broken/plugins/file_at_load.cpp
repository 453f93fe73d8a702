// SPDX-License-Identifier: Apache-2.0
// Opens a file when loaded.
#include "reference.hpp"

#include <fcntl.h>

namespace larder::broken {
namespace {

[[maybe_unused]] const int kFile = ::open("/dev/null", O_RDONLY | O_CLOEXEC);

class Broken final : public Reference {
 public:
  using Reference::Reference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
