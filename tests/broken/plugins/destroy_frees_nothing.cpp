// SPDX-License-Identifier: Apache-2.0
// Keeps a backend with all its entries after destroy.
#include "changed_table.hpp"

namespace larder::broken {
namespace {

void change(larder_backend& table) {
  table.destroy = [](void*) {};
}
}  // namespace
}  // namespace larder::broken

LARDER_CHANGED_BACKEND(larder::broken::change)
