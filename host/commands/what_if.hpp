// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_WHAT_IF_HPP
#define LARDER_COMMANDS_WHAT_IF_HPP

#include <chrono>

#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// Asks a running host twice, `interval` apart, and prints what its cache's backend estimates that half, the
/// same, twice and four times its memory would bring: the hit ratio, the hits per minute at the rate of that
/// interval, and the seconds of handlers' work per minute that more memory saves or less memory costs. Blocks
/// for `interval` and as long as AdminClient may wait. Throws as AdminClient does, and std::runtime_error if
/// the backend makes no estimate.
void whatIf(std::chrono::milliseconds interval, TableFormat format, const ConfigSources& sources);

}  // namespace larder::host

#endif
