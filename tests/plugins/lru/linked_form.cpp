// SPDX-License-Identifier: Apache-2.0
//
// Wraps the linked form of lru in a plugin file, so that the conformance kit, which loads files, can check
// it.
#include <larder/plugin_lru.h>
#include <larder/plugin.hpp>

LARDER_DEFINE_NOTE("lru", "0.2.0");

extern "C" __attribute__((visibility("default"))) const larder_plugin* larder_plugin_v1(
    std::uint32_t host_minor) {
  return larder_plugin_lru(host_minor);
}
