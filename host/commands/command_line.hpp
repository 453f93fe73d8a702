// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_COMMAND_LINE_HPP
#define LARDER_COMMANDS_COMMAND_LINE_HPP

namespace larder::host {

/// The program `larder`: parses its arguments, runs the command, and returns the exit status that `larder
/// --help` documents. Reports a failure as one line on stderr. Throws nothing.
///
/// `has_check`: this program can also be the process that `larder check` runs tests in (see main.cpp).
int runCommandLine(int argc, const char* const* argv, bool has_check);

}  // namespace larder::host

#endif
