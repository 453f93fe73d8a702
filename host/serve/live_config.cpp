// SPDX-License-Identifier: Apache-2.0
#include "serve/live_config.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <utility>

#include "config/live_keys.hpp"
#include "http/comma_list.hpp"
#include "serve/cache_backend.hpp"
#include "serve/open_backend.hpp"
#include "serve/route_overrides.hpp"

namespace larder::host {
namespace {

constexpr std::size_t kWaitingChanges = 3;
constexpr std::chrono::seconds kPatience{10};  // how long a caller waits for its change
constexpr const char* kTooMany = "several changes are waiting for one that is still running; try again later";
constexpr const char* kNotReloaded = "the configuration was not reloaded; nothing has changed";

bool sameBackend(const std::string& name, const Config& left, const Config& right) {
  const auto& one = left.backends.at(name);
  const auto& other = right.backends.at(name);
  if (one.plugin != other.plugin || one.url != other.url || one.settings != other.settings ||
      one.firstLines != other.firstLines)
    return false;
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
    : sources_(std::move(sources)),
      parts_(parts),
      started_(running),
      running_(std::move(running)),
      changes_("larder-changes", 1, kWaitingChanges) {}

std::optional<std::string> LiveConfig::reload() {
  return inTurn([this] { return reloadNow(); });
}

void LiveConfig::reloadLater(std::function<void()> done) {
  const bool accepted = changes_.post([this, done] {
    reloadNow();
    done();
  });
  if (accepted) return;
  refused(kNotReloaded, kTooMany);
  done();
}

std::optional<std::string> LiveConfig::swapBackend(const std::string& name) {
  return inTurn([this, name] { return swapNow(name); });
}

Config LiveConfig::running() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

std::optional<std::string> LiveConfig::inTurn(Change change) {
  const auto outcome = std::make_shared<std::promise<std::optional<std::string>>>();
  auto result = outcome->get_future();
  if (!changes_.post([outcome, change = std::move(change)] { outcome->set_value(change()); }))
    return kTooMany;
  if (result.wait_for(kPatience) == std::future_status::ready) return result.get();
  return "the change did not finish within " + std::to_string(kPatience.count()) +
         " s and continues; the log will report the outcome";
}

std::optional<std::string> LiveConfig::reloadNow() {
  try {
    const Config loaded = loadConfig(sources_);
    checkRoutes(loaded, parts_.app);
    const Config next = withLiveKeys(started_, loaded);
    if (!sameBackend(running(), next)) replaceBackend(next);

    // Nothing fails from here on.
    overridePolicies(next, parts_.app);
    parts_.access.setFormat(next.log.access);
    parts_.spans.setOn(next.tracing.log);
    parts_.app.trace(next.tracing.options);
    take(next);  // before the log reports it
    // Log at the lower of the two levels, so the message about the change gets through.
    parts_.logger.setLevel(std::min(parts_.logger.level(), next.log.level));
    const auto later = keysThatNeedARestart(started_, loaded);
    if (!later.empty())
      parts_.logger.log(LogLevel::warning, "serve", "these keys changed and need a restart",
                        {{"keys", http::commaList(later)}});
    parts_.logger.log(LogLevel::info, "serve", "the configuration was reloaded",
                      {{"backend", next.cache.backend}});
    parts_.logger.setLevel(next.log.level);
    return std::nullopt;
  } catch (const std::exception& error) {
    return refused(kNotReloaded, error.what());
  }
}

std::optional<std::string> LiveConfig::swapNow(const std::string& name) {
  Config next = running();
  try {
    useBackend(name, next);
    if (!sameBackend(running(), next)) replaceBackend(next);
    take(std::move(next));
    return std::nullopt;
  } catch (const std::exception& error) {
    return refused("the backend was not replaced; nothing has changed", error.what());
  }
}

void LiveConfig::take(Config next) {
  const std::lock_guard lock(mutex_);
  running_ = std::move(next);
}

void LiveConfig::replaceBackend(const Config& next) {
  auto opened = openConfigured(next.cache.backend, next, parts_.plugins, parts_.reports);
  requireAnAnswer(*opened);
  const std::string former(parts_.engine.backend().name());
  parts_.engine.replaceBackend(std::move(opened));
  parts_.operations.moveTo(systemOf(next.cache.backend, next));
  parts_.logger.log(LogLevel::info, "serve", "the backend was replaced",
                    {{"backend", next.cache.backend}, {"former", former}});
}

std::optional<std::string> LiveConfig::refused(const char* message, const std::string& why) const {
  parts_.logger.log(LogLevel::error, "serve", message, {{"reason", why}});
  return why;
}

}  // namespace larder::host
