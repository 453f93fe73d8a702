// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_CHECK_HPP
#define LARDER_COMMANDS_CHECK_HPP

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/load_config.hpp"

namespace larder::host {

enum class CheckFormat { text, junit, json };

/// The arguments of `larder check`.
struct CheckOptions {
  std::string plugin;                ///< name or path
  std::vector<std::string> options;  ///< of the plugin: NAME=VALUE
  std::string only;                  ///< a pattern of tests, in GoogleTest's filter syntax
  std::optional<std::uint64_t> seed;
  std::chrono::milliseconds timeout{60'000};  ///< for each test
  std::size_t jobs = 1;
  CheckFormat format = CheckFormat::text;
  bool manualClock = false;
  bool list = false;
};

enum class CheckVerdict { conforms, fails, unusable };

/// Runs the conformance kit on a plugin and prints the report to stdout. None of the plugin's code runs in
/// this process. Throws PluginError if the plugin does not exist, std::invalid_argument for invalid options.
CheckVerdict check(const CheckOptions& options, const Environment& environment);

}  // namespace larder::host

#endif
