// SPDX-License-Identifier: Apache-2.0
//
// The plugin's entry point when it is linked into a program. It needs no note: plugin and program are built
// with the same headers.
#include <larder/plugin_lru.h>

#include "lru_backend.hpp"

const larder_plugin* larder_plugin_lru(std::uint32_t /*host_minor*/) {
  return larder::plugin::Export<larder::lru::LruBackend>::plugin(LARDER_LRU_NAME, LARDER_LRU_VERSION);
}
