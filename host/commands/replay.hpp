// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_REPLAY_HPP
#define LARDER_COMMANDS_REPLAY_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "commands/text_table.hpp"
#include "config/load_config.hpp"

namespace larder::host {

struct ReplayOptions {
  std::string plugin;                         ///< name or path
  std::vector<std::string> sets;              ///< the backend's options: NAME=VALUE
  std::string trace;                          ///< in a form that readTrace() accepts
  std::string sizes;                          ///< or empty
  std::vector<std::uint64_t> capacities;      ///< entries, or bytes if the trace has sizes
  std::vector<std::string> against;           ///< as replayReference() takes them
  bool whatIf = false;                        ///< also print the backend's own estimates for other sizes
  std::chrono::milliseconds timeout{60'000};  ///< of each operation
  TableFormat format = TableFormat::table;
  std::string plot;  ///< an SVG file to write the miss ratios to, or empty
};

/// Replays a trace on a backend, with a new instance for each capacity: looks up each object and stores it if
/// it is missing. Prints the miss ratios of requests and of bytes, and may plot them. The capacity becomes
/// the backend's option max_entries, or max_bytes if the trace has sizes. Throws std::invalid_argument for
/// invalid options or a file that is not a trace, std::runtime_error if an operation fails, and what opening
/// a backend throws.
void replay(const ReplayOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
