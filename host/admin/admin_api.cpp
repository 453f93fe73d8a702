// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_api.hpp"

#include <larder/tiers.hpp>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/activity_api.hpp"
#include "admin/api_answers.hpp"
#include "admin/entries_api.hpp"
#include "admin/explain_api.hpp"
#include "admin/invalidate_api.hpp"
#include "admin/overview_api.hpp"
#include "admin/route_list.hpp"

namespace larder::host {
namespace {

using http::Request;
using http::Response;
using Json = nlohmann::ordered_json;

Response notChanged(std::string_view why) { return Response::problem(409, "not-changed", "Conflict", why); }

std::string_view nameOf(Health health) {
  switch (health) {
    case Health::up: return "up";
    case Health::degraded: return "degraded";
    case Health::down: return "down";
  }
  return "down";
}

Json statsAsJson(const larder_stats& stats) {
  const std::pair<const char*, std::uint64_t> known[] = {
      {"entries", stats.entries}, {"bytes", stats.bytes},          {"capacity_bytes", stats.capacity},
      {"hits", stats.hits},       {"misses", stats.misses},        {"evictions", stats.evictions},
      {"errors", stats.errors},   {"reconnects", stats.reconnects}};
  Json shown = Json::object();
  for (const auto& [name, value] : known)
    if (value != LARDER_STAT_UNKNOWN) shown[name] = value;
  return shown;
}

Json tiersOf(const Backend& backend) {
  Json tiers = Json::array();
  for (const auto& [name, stats] : tierStats(backend))
    tiers.push_back({{"name", name}, {"stats", statsAsJson(stats)}});
  return tiers;
}

// Lists only names and plugins: options may be secrets.
Response listBackends(const AdminParts& parts) {
  const Config config = parts.running();
  Json backends = Json::array();
  for (const auto& [name, backend] : config.backends) {
    const bool active = name == config.cache.backend;
    Json shown{{"name", name}, {"plugin", backend.plugin}, {"active", active}};
    if (active) {
      shown["health"] = nameOf(parts.reports.healthOf(name));
      shown["stats"] = statsAsJson(parts.engine.backend().stats());
      if (auto tiers = tiersOf(parts.engine.backend()); !tiers.empty()) shown["tiers"] = std::move(tiers);
    }
    backends.push_back(std::move(shown));
  }
  return answer({{"active", config.cache.backend}, {"backends", std::move(backends)}});
}

Response showRoutes(const AdminParts& parts) {
  return answer(asJson(listRoutes(parts.app, parts.running())));
}

// Accepts only a name: a path could load a file that the configuration does not name.
Response swapBackend(const AdminParts& parts, const Request& request) {
  const auto body = objectIn(request);
  const auto name = body ? onlyText(*body, "backend") : std::nullopt;
  if (!name || name->find('/') != std::string::npos)
    return badRequest(R"(Send {"backend":"NAME"} with a [backends.NAME] or the name of a plugin.)");
  if (const auto why = parts.swapBackend(*name)) return notChanged(*why);
  return answer({{"active", *name}});
}

Response reload(const AdminParts& parts, const Request& request) {
  const auto body = objectIn(request);
  if (!body || !body->empty()) return badRequest("Send {}.");
  if (const auto why = parts.reload()) return notChanged(*why);
  return answer({{"active", parts.running().cache.backend}});
}

}  // namespace

void addAdminApi(http::App& admin, const AdminParts& parts) {
  admin.get("/api/backends", [parts](const Request&) { return listBackends(parts); });
  admin.get("/api/overview", [parts](const Request&) { return showOverview(parts); });
  admin.get("/api/routes", [parts](const Request&) { return showRoutes(parts); });
  const auto explain = [parts](const Request& request) { return explainRequest(parts, request); };
  admin.get("/api/explain", explain);
  admin.post("/api/explain", explain);
  admin.get("/api/entry", [parts](const Request& request) { return showEntry(parts, request); });
  admin.get("/api/entries", [parts](const Request& request) { return listEntries(parts, request); });
  admin.get("/api/invalidations",
            [parts](const Request& request) { return showInvalidations(parts, request); });
  admin.get("/api/hot-keys", [parts](const Request& request) { return showHotKeys(parts, request); });
  admin.get("/api/requests", [parts](const Request& request) { return showRequests(parts, request); });
  admin.post("/api/invalidate", [parts](const Request& request) { return invalidate(parts, request); });
  admin.post("/api/swap", [parts](const Request& request) { return swapBackend(parts, request); });
  admin.post("/api/reload", [parts](const Request& request) { return reload(parts, request); });
}

}  // namespace larder::host
