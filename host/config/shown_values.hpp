// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_SHOWN_VALUES_HPP
#define LARDER_CONFIG_SHOWN_VALUES_HPP

#include <string>
#include <vector>

#include "config/config.hpp"

namespace larder::host {

/// One key of a configuration and its value in effect, formatted for display.
struct ShownValue {
  std::string key;    ///< "cache.expire"
  std::string value;  ///< as --set takes it, except that passwords are replaced by "(hidden)"
  std::string from;   ///< "default", or where it was given: "larder.toml:7", "--set", "LARDER_CACHE_EXPIRE"
};

/// Returns the keys that every configuration has, in the order of the documentation.
std::vector<ShownValue> shownFixedKeys(const Config& config);

/// Returns "larder.toml:7" for the source "larder.toml:7: " of a setting.
std::string originOf(const std::string& source);

}  // namespace larder::host

#endif
