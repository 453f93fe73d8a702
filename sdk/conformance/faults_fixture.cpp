// SPDX-License-Identifier: Apache-2.0
#include "faults_fixture.hpp"

#include <larder/plain_lists.hpp>

#include "eventually.hpp"
#include "server_address.hpp"

namespace larder::conformance {
namespace {

using std::chrono::steady_clock;

// The default of a list is written with commas between its elements.
std::vector<std::string> valuesOf(const PluginOption& option, const BackendSettings& settings) {
  if (const auto given = settings.find(option.name); given != settings.end()) return given->second;
  if (option.list) return splitAtCommas(option.defaultValue);
  if (option.defaultValue.empty()) return {};
  return {option.defaultValue};
}

}  // namespace

void Faults::SetUp() {
  subject().load();
  putProxiesInto(subject().settings);
  if (proxies_.empty()) GTEST_SKIP() << "no option names a server";
  Conformance::SetUp();
}

void Faults::putProxiesInto(BackendSettings& settings) {
  for (const auto& option : subject().library->options()) {
    if (option.type != LARDER_OPTION_STRING) continue;
    auto values = valuesOf(option, settings);
    const auto proxies_before = proxies_.size();
    for (auto& value : values) value = replaced(value);
    if (proxies_.size() > proxies_before) settings[option.name] = values;
  }
}

std::string Faults::replaced(const std::string& value) {
  return replaceServers(value, [this](const ServerAddress& server) {
    proxies_.push_back(std::make_unique<FaultProxy>(server.host, server.port));
    return "127.0.0.1:" + std::to_string(proxies_.back()->port());
  });
}

bool Faults::recovers() {
  return eventually([this] { return set("probe", "value").status == Status::ok; });
}

}  // namespace larder::conformance
