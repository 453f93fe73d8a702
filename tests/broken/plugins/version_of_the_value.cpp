// SPDX-License-Identifier: Apache-2.0
// The version is a hash of the value, so that the same value again is the same version.
#include "reference.hpp"

#include <functional>

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  void store(larder_op& op, Entry* old) override {
    Reference::store(op, old);
    op.version = std::hash<std::string_view>()(plugin::view(op.value)) | 1;
    entries_.at(nameOf(op)).version = op.version;
  }
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
