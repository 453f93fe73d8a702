// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_SERVE_HPP
#define LARDER_SERVE_SERVE_HPP

#include "config/load_config.hpp"

namespace larder::host {

/// `larder serve`: runs the server until SIGTERM or SIGINT, then stops within ten seconds; requests that take
/// longer are cut, and the process then ends with status 1. On the main thread, before any other is started.
/// Throws if it can't start.
void serve(const ConfigSources& sources);

}  // namespace larder::host

#endif
