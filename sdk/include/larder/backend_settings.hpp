// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_SETTINGS_HPP
#define LARDER_BACKEND_SETTINGS_HPP

#include <larder/plugin_library.hpp>

#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// Settings as configured: text for each value of an option; several for lists.
using BackendSettings = std::map<std::string, std::vector<std::string>>;

/// A setting is wrong: names the backend, the option and what would be right.
class SettingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The settings of one backend as its plugin's create wants them: checked against the options table, with
/// the defaults filled in. Owns the texts that the larder_settings point to.
class CheckedSettings {
 public:
  /// Throws SettingError, which begins with "backends.NAME.OPTION".
  CheckedSettings(std::string_view backend, const std::vector<PluginOption>& options,
                  const BackendSettings& settings);

  const std::vector<larder_setting>& settings() const { return settings_; }

 private:
  void add(const PluginOption& option, const std::string& text);

  std::string where_;
  std::deque<std::string> texts_;  // a deque keeps references while it grows
  std::vector<larder_setting> settings_;
};

}  // namespace larder

#endif
