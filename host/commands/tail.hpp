// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_TAIL_HPP
#define LARDER_COMMANDS_TAIL_HPP

#include <cstdint>
#include <string>

#include "config/load_config.hpp"

namespace larder::host {

/// Which requests `larder tail` shows, and how; an empty text admits all.
struct TailOptions {
  std::string route{};
  std::string outcome{};
  std::string status{};     ///< "404" or "4xx"
  std::uint64_t count = 0;  ///< ends after so many; 0: only when interrupted
  bool json = false;
};

/// Prints the requests to a running host from now on, a line each. Asks the host four times a second. Returns
/// after `count` requests, or when stdout is closed. Throws what AdminClient throws.
void tail(const TailOptions& options, const ConfigSources& sources);

}  // namespace larder::host

#endif
