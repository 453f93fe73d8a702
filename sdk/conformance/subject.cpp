// SPDX-License-Identifier: Apache-2.0
#include "subject.hpp"

#include "servers/memcached_server.hpp"
#include "servers/redis_server.hpp"

#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace larder::conformance {
namespace {

// The rest of `argument` after `option`, which ends with '='.
std::optional<std::string> valueOf(std::string_view argument, std::string_view option) {
  if (!argument.starts_with(option)) return std::nullopt;
  return std::string(argument.substr(option.size()));
}

std::pair<std::string, std::string> splitSetting(const std::string& setting) {
  const auto equals = setting.find('=');
  if (equals == std::string::npos)
    throw std::runtime_error("--setting=" + setting + ": write --setting=NAME=VALUE");
  return {setting.substr(0, equals), setting.substr(equals + 1)};
}

std::shared_ptr<servers::Server> startServer(const std::string& kind) {
  if (kind == "redis") return std::make_shared<servers::RedisServer>();
  if (kind == "memcached") return std::make_shared<servers::MemcachedServer>();
  throw std::runtime_error("--server=" + kind + ": is unknown; use redis or memcached");
}

bool isManual(const std::string& clock) {
  if (clock != "manual" && clock != "system")
    throw std::runtime_error("--clock=" + clock + ": is unknown; use manual or system");
  return clock == "manual";
}

void fillInPort(BackendSettings& settings, const std::string& port) {
  constexpr std::string_view placeholder = "{port}";
  for (auto& [name, values] : settings)
    for (std::string& value : values)
      if (const auto at = value.find(placeholder); at != std::string::npos)
        value.replace(at, placeholder.size(), port);
}

}  // namespace

Subject Subject::from(int argc, const char* const* argv) {
  Subject subject;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (const auto plugin = valueOf(argument, "--plugin=")) {
      subject.library = PluginLibrary::load(std::filesystem::absolute(*plugin));
    } else if (const auto setting = valueOf(argument, "--setting=")) {
      auto [name, value] = splitSetting(*setting);
      subject.settings[std::move(name)].push_back(std::move(value));
    } else if (const auto server = valueOf(argument, "--server=")) {
      subject.server = startServer(*server);
    } else if (const auto clock = valueOf(argument, "--clock=")) {
      subject.manualClock = isManual(*clock);
    } else {
      throw std::runtime_error(std::string(argument) + ": unknown argument");
    }
  }
  if (subject.library == nullptr) throw std::runtime_error("--plugin=FILE is missing");
  if (subject.server != nullptr) fillInPort(subject.settings, std::to_string(subject.server->port()));
  return subject;
}

}  // namespace larder::conformance
