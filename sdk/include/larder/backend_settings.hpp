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

/// Settings as configured: the values of each option as text; more than one for a list.
using BackendSettings = std::map<std::string, std::vector<std::string>>;

/// An invalid setting. The text names the backend, the option and a correct value.
class SettingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The settings of one backend in the form that its plugin's create takes: checked against the options table,
/// with defaults filled in. Owns the texts that the larder_settings point to.
class CheckedSettings {
 public:
  /// Throws SettingError, whose text begins with "backends.NAME.OPTION".
  CheckedSettings(std::string_view backend, const std::vector<PluginOption>& options,
                  const BackendSettings& settings);

  const std::vector<larder_setting>& settings() const { return settings_; }

 private:
  void add(const PluginOption& option, const std::string& text);

  std::string where_;
  std::deque<std::string> texts_;  // a deque keeps references valid while it grows
  std::vector<larder_setting> settings_;
};

}  // namespace larder

#endif
