// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFIG_SETTING_HPP
#define LARDER_CONFIG_SETTING_HPP

#include <string>
#include <string_view>
#include <vector>

namespace larder::host {

/// One value of the configuration as it was written, before anybody asked what the key means.
struct Setting {
  enum class Kind {
    text,
    integer,
    real,
    boolean,
    list,         ///< of texts, integers and booleans
    section,      ///< without keys
    plain,        ///< from a command line or the environment: the key decides whether it is a number or text
    unsupported,  ///< a date, a list with anything else in it
  };

  std::vector<std::string> path;  ///< {"cache", "expire"}
  Kind kind = Kind::plain;
  std::vector<std::string> texts;  ///< one, or the elements of a list
  std::string source;              ///< how a message about it begins: "larder.toml:14: ", "--set "

  /// The key as it is written: cache.expire, route."GET /users".expire
  std::string name() const;
};

/// Throws the ConfigError "<source><name>: <what>".
[[noreturn]] void refuse(const Setting& setting, std::string_view what);

}  // namespace larder::host

#endif
