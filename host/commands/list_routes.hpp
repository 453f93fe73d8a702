// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_LIST_ROUTES_HPP
#define LARDER_COMMANDS_LIST_ROUTES_HPP

#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// `larder routes`: prints the routes that `larder serve` with that configuration answers, how each is
/// cached, and the origin of each rule. Opens no database and loads no plugin. Throws ConfigError as `serve`
/// does.
void listRoutes(const ConfigSources& sources, TableFormat format);

}  // namespace larder::host

#endif
