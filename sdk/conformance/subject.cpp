// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

#include <larder/plain_lists.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::conformance {
namespace {

// Returns the rest of `argument` after `option`, which ends with '='.
std::optional<std::string> valueOf(std::string_view argument, std::string_view option) {
  if (!argument.starts_with(option)) return std::nullopt;
  return std::string(argument.substr(option.size()));
}

std::pair<std::string, std::string> splitOption(const std::string& option) {
  const auto equals = option.find('=');
  if (equals == std::string::npos)
    throw std::invalid_argument("--option=" + option + ": write --option=NAME=VALUE");
  return {option.substr(0, equals), option.substr(equals + 1)};
}

}  // namespace

Subject Subject::from(int argc, const char* const* argv) {
  Subject subject;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (const auto plugin = valueOf(argument, "--plugin=")) {
      subject.file = *plugin;
    } else if (const auto option = valueOf(argument, "--option=")) {
      auto [name, value] = splitOption(*option);
      subject.plain.insert(name);
      subject.settings[std::move(name)].push_back(std::move(value));
    } else if (const auto element = valueOf(argument, "--element=")) {
      auto [name, value] = splitOption(*element);
      subject.settings[std::move(name)].push_back(std::move(value));
    } else if (const auto run = valueOf(argument, "--run=")) {
      subject.run = *run;
    } else if (const auto seed = valueOf(argument, "--seed=")) {
      subject.seed = std::stoull(*seed);
    } else if (argument == "--manual-clock") {
      subject.manualClock = true;
    } else if (argument == "--describe") {
      subject.describe = true;
    } else {
      throw std::invalid_argument(std::string(argument) + ": unknown argument");
    }
  }
  return subject;
}

void Subject::load() {
  if (library != nullptr) return;
  library = PluginLibrary::load(file);
  splitPlainLists(settings, plain, library->options());
}

}  // namespace larder::conformance
