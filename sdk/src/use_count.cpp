// SPDX-License-Identifier: Apache-2.0
#include "use_count.hpp"

#include <larder/backend.hpp>

namespace larder {

Use::Use(UseCount& count) : count_(&count) { count_->begin(); }
Use::Use(const Use& other) : count_(other.count_) {
  if (count_ != nullptr) count_->begin();
}
Use::~Use() {
  if (count_ != nullptr) count_->end();
}

}  // namespace larder
