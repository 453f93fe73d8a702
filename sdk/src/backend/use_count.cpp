// SPDX-License-Identifier: Apache-2.0
#include "backend/use_count.hpp"

#include <larder/backend.hpp>

namespace larder {

void Use::begin() { count_->begin(); }
void Use::end() { count_->end(); }

}  // namespace larder
