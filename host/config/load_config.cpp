// SPDX-License-Identifier: Apache-2.0
#include "config/load_config.hpp"

#include <set>
#include <string>
#include <vector>

#include "config/known_keys.hpp"
#include "config/plugin_path.hpp"
#include "config/toml_settings.hpp"

namespace larder::host {
namespace {

[[noreturn]] void refuseTiers(const std::string& name, const BackendConfig& backend, const std::string& key,
                              const std::string& why) {
  const auto source = backend.sources.find(key);
  throw ConfigError((source != backend.sources.end() ? source->second : std::string()) + "backends." + name +
                    "." + key + ": " + why);
}

// A tiered backend has no plugin and no options of its own, and each of its tiers is a backend with a plugin.
void checkTiers(const std::string& name, const Config& config) {
  const BackendConfig& backend = config.backends.at(name);
  const auto tier = [&](const std::string& key, const std::string& of) {
    if (of.empty()) refuseTiers(name, backend, key, "is missing; name the backend, l1 and l2 both");
    const auto named = config.backends.find(of);
    if (of == name || (named != config.backends.end() && named->second.tiers))
      refuseTiers(name, backend, key, "\"" + of + "\" is tiers itself; name a backend with a plugin");
  };
  tier("l1", backend.tiers->l1);
  tier("l2", backend.tiers->l2);
  if (backend.tiers->l1 == backend.tiers->l2)
    refuseTiers(name, backend, "l2", "is the same backend as l1; name another one");
  if (!backend.plugin.empty())
    refuseTiers(name, backend, "plugin", "has no meaning with l1 and l2; leave one or the other out");
  if (!backend.settings.empty())
    refuseTiers(name, backend, backend.settings.begin()->first,
                "is not an option of tiers; put it into the section of l1 or l2");
}

// Names a backend given by URL after its plugin. The section with that name supplies what the URL leaves out.
void nameUrl(const std::string& key, std::string& backend, Config& config) {
  if (!BackendUrl::isMeant(backend)) return;
  const auto known = config.sources.find(key);
  const auto source = known != config.sources.end() ? known->second : std::string();
  const auto refuse = [&](const std::string& why) { throw ConfigError(source + key + ": " + why); };
  try {
    const auto url = BackendUrl::parse(backend);
    const auto name = url.label();
    BackendConfig& section = config.backends[name];
    if (section.tiers) refuse("is a URL, and [backends." + name + "] are tiers; rename that section");
    if (section.url && *section.url != url)
      refuse("is another URL of \"" + name + "\"; give one of them a section [backends.NAME]");
    section.url = url;
    section.plugin = url.scheme().empty() ? url.plugin() : url.scheme();
    section.sources["plugin"] = source;
    for (const auto& [option, values] : url.options()) section.sources[option] = source;
    backend = name;
  } catch (const SettingError& error) {
    refuse(error.what());
  }
}

// A backend needs no section, and a section needs no `plugin`: the plugin defaults to the backend's name.
void completeBackends(Config& config) {
  config.cache.backend = absoluteBackend(config.cache.backend);
  config.sessions.backend = absoluteBackend(config.sessions.backend);
  nameUrl("cache.backend", config.cache.backend, config);
  nameUrl("sessions.backend", config.sessions.backend, config);
  config.backends[config.cache.backend];
  config.backends[config.sessions.backend];
  std::vector<std::string> tiers;
  for (const auto& [name, backend] : config.backends)
    if (backend.tiers) tiers.push_back(name);
  for (const auto& name : tiers) {
    checkTiers(name, config);
    const TiersConfig& both = *config.backends.at(name).tiers;
    config.backends[both.l1];
    config.backends[both.l2];
  }
  for (auto& [name, backend] : config.backends) {
    if (backend.plugin.empty() && !backend.tiers) backend.plugin = name;
    backend.plugin = absolutePlugin(backend.plugin);
  }
}

}  // namespace

Config loadConfig(const ConfigSources& sources) {
  Config config;
  if (sources.file)
    for (Setting& setting : readTomlFile(*sources.file)) {
      setting.layer = Layer::file;
      apply(setting, config);
    }
  std::set<std::string> named{config.cache.backend, config.sessions.backend};
  if (sources.backend) named.insert(*sources.backend);
  applyEnvironment(sources.environment, named, config);
  for (const auto& assignment : sources.sets) apply(readAssignment(assignment, "--set "), config);
  if (sources.backend)
    apply({.path = {"cache", "backend"}, .texts = {*sources.backend}, .source = "--backend: "}, config);
  completeBackends(config);
  return config;
}

void useBackend(const std::string& name, Config& config) {
  config.cache.backend = name;
  completeBackends(config);
}

}  // namespace larder::host
