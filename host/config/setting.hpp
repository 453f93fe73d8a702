// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_SETTING_HPP
#define LARDER_CONFIG_SETTING_HPP

#include <string>
#include <string_view>
#include <vector>

namespace larder::host {

/// Where a value was given. A later one takes precedence over an earlier one.
enum class Layer { file, environment, commandLine };

/// One value of the configuration as written, before its key is interpreted.
struct Setting {
  enum class Kind {
    text,
    integer,
    real,
    boolean,
    list,         ///< of strings, integers and booleans
    section,      ///< with no keys
    plain,        ///< from the command line or environment: the key determines its type
    unsupported,  ///< a date, or a list with other elements
  };

  std::vector<std::string> path;  ///< {"cache", "expire"}
  Kind kind = Kind::plain;
  std::vector<std::string> texts;  ///< one value, or the elements of a list
  std::string source;              ///< prefix of messages about it: "larder.toml:14: ", "--set "
  Layer layer = Layer::commandLine;

  /// Returns the key as written: cache.expire, route."GET /users".expire
  std::string name() const;
};

/// Throws the ConfigError "<source><name>: <what>".
[[noreturn]] void refuse(const Setting& setting, std::string_view what);

}  // namespace larder::host

#endif
