// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_MANUAL_PAGE_HPP
#define LARDER_COMMANDS_MANUAL_PAGE_HPP

#include <string>

#include "commands/description.hpp"

namespace larder::host {

/// Returns the sections of the man page larder(1) that describe the commands, in mdoc. The build inserts them
/// into packaging/man/larder.1.in, which contains the other sections.
std::string manualPageSections(const CommandDescription& larder);

}  // namespace larder::host

#endif
