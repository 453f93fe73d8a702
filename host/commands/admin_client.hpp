// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_ADMIN_CLIENT_HPP
#define LARDER_COMMANDS_ADMIN_CLIENT_HPP

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/environment.hpp"

namespace larder::host {

/// A client of a running host's admin listener.
class AdminClient {
 public:
  /// Finds the host by its own settings: the admin address and the token. If the variable LARDER_ADMIN_TOKEN
  /// of `environment` is set, it holds the token, for users who cannot read the host's token file. Throws
  /// ConfigError if the token cannot be read.
  AdminClient(const AdminConfig& admin, const Environment& environment);

  /// Return the response to a GET, or to a POST of `body`. Block for at most 10 seconds. Throw
  /// std::runtime_error, which says what to do, if no host answers or the status is not 200.
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
