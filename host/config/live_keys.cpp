// SPDX-License-Identifier: Apache-2.0
#include "config/live_keys.hpp"

#include <set>

#include "config/known_keys.hpp"

namespace larder::host {
namespace {

template <class Values>
void takeOver(const std::string& key, const Values& from, Values& to) {
  const auto found = from.find(key);
  if (found == from.end())
    to.erase(key);
  else
    to[key] = found->second;
}

template <class Values>
bool sameValue(const Values& one, const Values& other, const std::string& key) {
  const auto left = one.find(key);
  const auto right = other.find(key);
  if (left == one.end() || right == other.end()) return left == one.end() && right == other.end();
  return left->second == right->second;
}

// Sessions keep the backend instance they were started with, even when the cache's instance is replaced.
void addChangesOfSessionsBackend(const Config& started, const Config& next,
                                 std::vector<std::string>& changed) {
  const auto& name = started.sessions.backend;
  const auto found = next.backends.find(name);
  if (next.sessions.backend != name || found == next.backends.end()) return;  // sessions.backend has changed
  const BackendConfig& before = started.backends.at(name);
  const BackendConfig& after = found->second;

  std::set<std::string> options;
  for (const auto* settings : {&before.settings, &after.settings})
    for (const auto& [option, value] : *settings) options.insert(option);
  const auto add = [&](const std::string& option) {
    changed.push_back("backends." + name + "." + option + " (of the sessions)");
  };
  if (before.plugin != after.plugin) add("plugin");
  for (const auto& option : options)
    if (!sameValue(before.settings, after.settings, option) ||
        !sameValue(before.firstLines, after.firstLines, option))
      add(option);
}

}  // namespace

Config withLiveKeys(const Config& started, const Config& next) {
  Config effective = started;
  effective.cache.backend = next.cache.backend;
  effective.cache.expire = next.cache.expire;
  effective.log = next.log;
  effective.tracing = next.tracing;
  effective.routes = next.routes;
  effective.backends = next.backends;
  const auto& sessions = started.sessions.backend;
  effective.backends.try_emplace(sessions, started.backends.at(sessions));
  for (const auto& key : liveKeys()) {
    takeOver(key, next.given, effective.given);
    takeOver(key, next.sources, effective.sources);
  }
  return effective;
}

std::vector<std::string> keysThatNeedARestart(const Config& started, const Config& next) {
  std::vector<std::string> changed;
  for (const auto& key : startKeys())
    if (!sameValue(started.given, next.given, key)) changed.push_back(key);
  addChangesOfSessionsBackend(started, next, changed);
  return changed;
}

}  // namespace larder::host
