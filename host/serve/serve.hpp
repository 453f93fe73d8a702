// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SERVE_HPP
#define LARDER_SERVE_SERVE_HPP

#include "config/load_config.hpp"

namespace larder::host {

/// Runs `larder serve` until SIGTERM or SIGINT, then stops within ten seconds. Requests that take longer are
/// cut, and the process then exits with status 1. Call it on the main thread before starting any other.
/// Throws if it cannot start.
void serve(const ConfigSources& sources);

}  // namespace larder::host

#endif
