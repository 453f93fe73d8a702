// SPDX-License-Identifier: Apache-2.0
#include "serve/live_config.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "config/known_keys.hpp"
#include "http/comma_list.hpp"
#include "serve/cache_backend.hpp"
#include "serve/open_backend.hpp"
#include "serve/route_overrides.hpp"

namespace larder::host {
namespace {

bool sameBackend(const std::string& name, const Config& left, const Config& right) {
  const auto& one = left.backends.at(name);
  const auto& other = right.backends.at(name);
  if (one.plugin != other.plugin || one.url != other.url || one.settings != other.settings) return false;
  if (!one.tiers || !other.tiers) return one.tiers.has_value() == other.tiers.has_value();
  return one.tiers->l1 == other.tiers->l1 && one.tiers->l2 == other.tiers->l2 &&
         one.tiers->options.l1Ttl == other.tiers->options.l1Ttl && sameBackend(one.tiers->l1, left, right) &&
         sameBackend(one.tiers->l2, left, right);
}

bool sameBackend(const Config& left, const Config& right) {
  return left.cache.backend == right.cache.backend && sameBackend(left.cache.backend, left, right);
}

}  // namespace

LiveConfig::LiveConfig(ConfigSources sources, Config running, LiveParts parts)
    : sources_(std::move(sources)), parts_(parts), started_(running), running_(std::move(running)) {}

std::optional<std::string> LiveConfig::reload() {
  const std::lock_guard changing(changing_);
  try {
    const Config next = loadConfig(sources_);
    checkRoutes(next.routes, parts_.app);
    if (!sameBackend(running(), next)) replaceBackend(next);

    // From here on nothing fails.
    applyExpiries(next, parts_.app);
    // What is said about it comes through at either level.
    parts_.logger.setLevel(std::min(parts_.logger.level(), next.log.level));
    const auto later = keysThatNeedARestart(started_, next);
    if (!later.empty())
      parts_.logger.log(LogLevel::warning, "serve", "these keys changed and need a restart",
                        {{"keys", http::commaList(later)}});
    parts_.logger.log(LogLevel::info, "serve", "the configuration was reloaded",
                      {{"backend", next.cache.backend}});
    parts_.logger.setLevel(next.log.level);
    const std::lock_guard lock(mutex_);
    running_ = next;
    return std::nullopt;
  } catch (const std::exception& error) {
    parts_.logger.log(LogLevel::error, "serve", "the configuration was not reloaded; nothing has changed",
                      {{"reason", error.what()}});
    return error.what();
  }
}

std::optional<std::string> LiveConfig::swapBackend(const std::string& name) {
  const std::lock_guard changing(changing_);
  Config next = running();
  try {
    useBackend(name, next);
    if (!sameBackend(running(), next)) replaceBackend(next);
    const std::lock_guard lock(mutex_);
    running_ = std::move(next);
    return std::nullopt;
  } catch (const std::exception& error) {
    parts_.logger.log(LogLevel::error, "serve", "the backend was not replaced; nothing has changed",
                      {{"reason", error.what()}});
    return error.what();
  }
}

Config LiveConfig::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

void LiveConfig::replaceBackend(const Config& next) {
  auto opened = openConfigured(next.cache.backend, next, parts_.plugins, parts_.reports);
  requireAnAnswer(*opened);
  const std::string former(parts_.engine.backend().name());
  parts_.engine.replaceBackend(std::move(opened));
  parts_.logger.log(LogLevel::info, "serve", "the backend was replaced",
                    {{"backend", next.cache.backend}, {"former", former}});
}

}  // namespace larder::host
