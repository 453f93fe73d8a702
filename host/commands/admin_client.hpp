// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_ADMIN_CLIENT_HPP
#define LARDER_COMMANDS_ADMIN_CLIENT_HPP

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "config/config.hpp"

namespace larder::host {

/// Asks the admin listener of a host that runs.
class AdminClient {
 public:
  /// Finds it by the settings that the host was given: its address and token. Throws ConfigError if the token
  /// can't be read.
  explicit AdminClient(const AdminConfig& admin);

  /// What it answers to a POST of `body`. Waits for some seconds at most. Throws std::runtime_error, which
  /// says what to do, if nobody answers there or the answer is no 200.
  nlohmann::ordered_json post(const std::string& path, const nlohmann::ordered_json& body) const;

 private:
  const std::string address_;
  const std::optional<std::string> token_;
};

}  // namespace larder::host

#endif
