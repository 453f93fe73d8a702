// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_DOCTOR_HPP
#define LARDER_COMMANDS_DOCTOR_HPP

#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

/// `larder doctor`: examines what `serve` with this configuration would need: its plugins and their options,
/// whether each store answers, the addresses, the admin token, the folder of the users and the limit on open
/// files. Opens the backends and closes them; opens no database and serves nothing. Waits some seconds at
/// most for each backend. Prints a line for each finding and returns false if one is a fault. Throws
/// ConfigError if the configuration cannot be read.
bool examineHost(const ConfigSources& sources, TableFormat format);

}  // namespace larder::host

#endif
