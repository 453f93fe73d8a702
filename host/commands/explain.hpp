// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_EXPLAIN_HPP
#define LARDER_COMMANDS_EXPLAIN_HPP

#include <nlohmann/json.hpp>
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

/// Returns the request as a body for /api/explain and /api/invalidate. Throws std::invalid_argument for a
/// header without a name.
nlohmann::ordered_json describe(const ExplainOptions& request);

/// Returns the request as a query for /api/explain and /api/entry: "?url=...". Throws the same.
std::string queryFor(const ExplainOptions& request);

/// Asks the running host with that configuration whether the request would be a hit, and prints the reason.
/// Throws std::invalid_argument for a header without a name, and what AdminClient throws.
void explain(const ExplainOptions& options, const ConfigSources& sources);

}  // namespace larder::host

#endif
