// SPDX-License-Identifier: Apache-2.0
// Lends one buffer, which the next answer overwrites.
#include "reference.hpp"

namespace larder::broken {
namespace {

class Broken final : public Reference {
 public:
  using Reference::Reference;

  larder_value lend(const Bytes& value) const override {
    buffer_.reserve(2u << 20);
    buffer_ = *value;
    return {buffer_.data(), buffer_.size(), nullptr, nullptr};
  }

 private:
  mutable std::string buffer_;  // mutex_ is held
};

}  // namespace
}  // namespace larder::broken

LARDER_PLUGIN(larder::broken::Broken, "broken", "1.0.0")
