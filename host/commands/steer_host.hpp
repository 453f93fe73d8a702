// SPDX-License-Identifier: Apache-2.0
//
// The commands that change or read a running host over its admin listener. Each blocks for a few seconds at
// most and throws as AdminClient does.
#ifndef LARDER_COMMANDS_STEER_HOST_HPP
#define LARDER_COMMANDS_STEER_HOST_HPP

#include <string>

#include "commands/explain.hpp"
#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// What to invalidate; exactly one member is set, `request` by its URL.
struct InvalidateOptions {
  ExplainOptions request{};
  std::string tag{};
  std::string route{};
  std::string nameSpace{};
  std::string key{};
};

/// Invalidates the selection and prints what the host has invalidated.
void invalidate(const InvalidateOptions& options, const ConfigSources& sources);

/// Makes `backend` the cache's backend, and prints the active one.
void swapBackend(const std::string& backend, const ConfigSources& sources);

/// Makes the host reload its configuration.
void reloadHost(const ConfigSources& sources);

/// Prints the host's backends; the active one with its health and counts.
void listBackends(const ConfigSources& sources, TableFormat format);

/// Prints the stored response to a request: status, headers and body, or everything as JSON. Throws
/// std::runtime_error if nothing is stored.
void printStored(const ExplainOptions& request, const ConfigSources& sources);

}  // namespace larder::host

#endif
