// SPDX-License-Identifier: Apache-2.0
//
// The entry point of the plugin's file.
#include "lru_backend.hpp"

LARDER_PLUGIN(larder::lru::LruBackend, LARDER_LRU_NAME, LARDER_LRU_VERSION)
