/* SPDX-License-Identifier: Apache-2.0
 *
 * The lru plugin as a part of the program (larder::plugin_lru) instead of a file of its own, for C and C++.
 * Its symbol is not that of a plugin's file, so that a program can have several plugins linked in. */
#ifndef LARDER_PLUGIN_LRU_H
#define LARDER_PLUGIN_LRU_H

#include <larder/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A larder_entry, to be handed to the host explicitly; in C++:
 *
 *     larder::PluginSearch search;
 *     search.linked.push_back(larder::PluginLibrary::linked(larder_plugin_lru));
 *     auto backend = larder::Backend::open("lru://?max_bytes=64MiB", services, search);
 *
 * Answers the same descriptor each time and never NULL. Does not throw. [any-thread] */
const larder_plugin* larder_plugin_lru(uint32_t host_minor);

#ifdef __cplusplus
}
#endif

#endif
