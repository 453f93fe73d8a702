// SPDX-License-Identifier: Apache-2.0
//
// The commands that change or read a running host over its admin listener. Each waits for seconds at most
// and throws as AdminClient does.
#ifndef LARDER_COMMANDS_STEER_HOST_HPP
#define LARDER_COMMANDS_STEER_HOST_HPP

#include <string>

#include "commands/explain.hpp"
#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// What to invalidate; exactly one member is not empty, `request` counting by its URL.
struct InvalidateOptions {
  ExplainOptions request{};
  std::string tag{};
  std::string route{};
  std::string nameSpace{};
  std::string key{};
};

/// Invalidates it and prints what the host invalidated.
void invalidate(const InvalidateOptions& options, const ConfigSources& sources);

/// Makes `backend` the cache's, and prints which one is active.
void swapBackend(const std::string& backend, const ConfigSources& sources);

/// Has the host read its configuration again.
void reloadHost(const ConfigSources& sources);

/// Prints the host's backends; the active one with its health and counts.
void listBackends(const ConfigSources& sources, TableFormat format);

/// Prints the stored response to a request: status, headers and body, or everything as JSON. Throws
/// std::runtime_error if nothing is stored.
void printStored(const ExplainOptions& request, const ConfigSources& sources);

}  // namespace larder::host

#endif
