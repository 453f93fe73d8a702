// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_TOP_HPP
#define LARDER_COMMANDS_TOP_HPP

#include <chrono>

#include "config/load_config.hpp"

namespace larder::host {

struct TopOptions {
  std::chrono::milliseconds interval{2000};  ///< over which rates are measured
  bool once = false;
  bool json = false;
};

/// Prints what a running host does: hit ratio, rates, routes, hot keys. On a terminal it refreshes until it
/// is interrupted; else, and with `once` or `json`, it prints once, after an interval. Throws what
/// AdminClient throws.
void top(const TopOptions& options, const ConfigSources& sources);

}  // namespace larder::host

#endif
