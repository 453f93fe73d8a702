// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_EXPLAIN_HPP
#define LARDER_COMMANDS_EXPLAIN_HPP

#include <string>
#include <vector>

#include "config/load_config.hpp"

namespace larder::host {

/// The request that `larder explain` asks about.
struct ExplainOptions {
  std::string url;  ///< http://HOST/PATH or /PATH
  std::string method = "GET";
  std::vector<std::string> headers{};  ///< "Name: value"
  bool json = false;
};

/// Asks the host that runs with that configuration whether the request would be a hit, and prints why. Throws
/// std::invalid_argument if a header is none, and what AdminClient throws.
void explain(const ExplainOptions& options, const ConfigSources& sources);

}  // namespace larder::host

#endif
