// SPDX-License-Identifier: Apache-2.0
// A correct plugin.
#include "listening_reference.hpp"

namespace larder::broken {
namespace {

class Listening final : public ListeningReference {
 public:
  using ListeningReference::ListeningReference;
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Listening, "broken", "1.0.0")
