// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_ADMIN_CLIENT_HPP
#define LARDER_COMMANDS_ADMIN_CLIENT_HPP

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/environment.hpp"

namespace larder::host {

/// Asks the admin listener of a running host.
class AdminClient {
 public:
  /// Finds it by the settings that the host was given: its address and token. The variable
  /// LARDER_ADMIN_TOKEN of `environment` holds the token for users who cannot read the host's token file.
  /// Throws ConfigError if the token can't be read.
  AdminClient(const AdminConfig& admin, const Environment& environment);

  /// Returns the answer to a GET, or to a POST of `body`. Waits 10 seconds at most. Throws
  /// std::runtime_error, which says what to do, if no host answers there or the answer is not 200.
  nlohmann::ordered_json get(const std::string& path) const;
  nlohmann::ordered_json post(const std::string& path, const nlohmann::ordered_json& body) const;

 private:
  nlohmann::ordered_json ask(const std::string& method, const std::string& path,
                             const std::string& body) const;

  const std::string address_;
  const std::optional<std::string> token_;
};

/// Returns `text` as the value of a query's parameter.
std::string encodedForQuery(const std::string& text);

}  // namespace larder::host

#endif
