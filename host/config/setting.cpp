// SPDX-License-Identifier: Apache-2.0
#include "config/setting.hpp"

#include <algorithm>

#include "config/config.hpp"

namespace larder::host {
namespace {

bool isBare(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace

std::string Setting::name() const {
  std::string name;
  for (const auto& part : path) {
    if (!name.empty()) name += '.';
    name += isBare(part) ? part : "\"" + part + "\"";
  }
  return name;
}

void refuse(const Setting& setting, std::string_view what) {
  throw ConfigError(setting.source + setting.name() + ": " + std::string(what));
}

}  // namespace larder::host
