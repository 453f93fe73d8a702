// SPDX-License-Identifier: Apache-2.0
#include "serve/sessions_service.hpp"

#include <limits>
#include <stdexcept>
#include <string>

#include "serve/open_backend.hpp"

namespace larder::host {
namespace {

constexpr std::chrono::minutes kLoginWindow{5};

// Opens a separate instance even if the cache has the same configuration: filling an in-memory cache would
// evict sessions from it. It has its own label, so log lines and metrics differ as well.
std::shared_ptr<Backend> openSessionsBackend(const Config& config, PluginSet& plugins,
                                             BackendReports& reports) {
  const auto& name = config.sessions.backend;
  if (config.backends.at(name).tiers)
    throw ConfigError("sessions.backend: \"" + name +
                      "\" is tiered, so another host's log-out would be seen late; name its l2 instead");
  const auto label = name == config.cache.backend ? name + "-sessions" : name;
  // Keeps users logged in across a restart or failover of the store.
  const BackendSettings defaults{{"on_new_server", {"keep"}}};
  std::shared_ptr<Backend> backend = openBackend(label, config.backends.at(name), plugins, reports, defaults);
  constexpr auto needed = LARDER_CAP_CONDITIONS | LARDER_CAP_VERSIONS | LARDER_CAP_TTL;
  if (!backend->has(needed))
    throw ConfigError(
        "sessions.backend: plugin " + std::string(backend->library().name()) +
        " does not support conditions, versions or times to live; name a backend of another plugin");
  return backend;
}

std::int64_t limitOf(std::size_t configured) {
  return configured == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(configured);
}

}  // namespace

SessionsService::SessionsService(const Config& config, PluginSet& plugins, BackendReports& reports,
                                 users::UserStore& users, Faults& faults)
    : backend_(openSessionsBackend(config, plugins, reports)),
      cookie_(config.sessions.secure),
      store_(backend_, {.prefix = config.cache.prefix,
                        .idle = config.sessions.idle,
                        .absolute = config.sessions.absolute}),
      byEmail_(backend_, config.cache.prefix + "/logins-by-email", limitOf(config.sessions.loginsPerEmail),
               kLoginWindow),
      byAddress_(backend_, config.cache.prefix + "/logins-by-address",
                 limitOf(config.sessions.loginsPerAddress), kLoginWindow),
      handlers_(users, store_, {.byEmail = byEmail_, .byAddress = byAddress_},
                [&faults](std::string_view reason) { faults.report("users database", reason); }) {}

SessionRoutes SessionsService::routes() {
  using http::Request;
  return {.login = [this](const Request& request) { return handlers_.login(request); },
          .current = [this](const Request& request) { return handlers_.current(request); },
          .change = [this](const Request& request) { return handlers_.change(request); },
          .logout = [this](const Request& request) { return handlers_.logout(request); },
          .revoke = [this](const Request& request) { return handlers_.revoke(request); }};
}

}  // namespace larder::host
