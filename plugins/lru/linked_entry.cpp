// SPDX-License-Identifier: Apache-2.0
//
// The entry of the plugin as a part of a program, which has no note: its headers are those of the program.
#include <larder/plugin_lru.h>

#include "lru_backend.hpp"

const larder_plugin* larder_plugin_lru(std::uint32_t /*host_minor*/) {
  return larder::plugin::Export<larder::lru::LruBackend>::plugin(LARDER_LRU_NAME, LARDER_LRU_VERSION);
}
