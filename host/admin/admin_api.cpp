// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_api.hpp"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::host {
namespace {

using http::Request;
using http::Response;
using Json = nlohmann::ordered_json;

Response answer(const Json& body) {
  return Response::json(body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Response badRequest(std::string_view detail) {
  return Response::problem(400, "invalid-request", "Bad Request", detail);
}

Response notChanged(std::string_view why) { return Response::problem(409, "not-changed", "Conflict", why); }

std::optional<Json> objectIn(const Request& request) {
  auto body = Json::parse(request.body, nullptr, false);
  return body.is_object() ? std::optional(std::move(body)) : std::nullopt;
}

// The text under `name` if it is the only member.
std::optional<std::string> onlyText(const Json& body, std::string_view name) {
  const auto found = body.find(std::string(name));
  if (body.size() != 1 || found == body.end() || !found->is_string()) return std::nullopt;
  auto text = found->get<std::string>();
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

std::string_view nameOf(Health health) {
  switch (health) {
    case Health::up: return "up";
    case Health::degraded: return "degraded";
    case Health::down: return "down";
  }
  return "down";
}

Json statsOf(const Backend& backend) {
  const auto stats = backend.stats();
  const std::pair<const char*, std::uint64_t> known[] = {
      {"entries", stats.entries}, {"bytes", stats.bytes},          {"capacity_bytes", stats.capacity},
      {"hits", stats.hits},       {"misses", stats.misses},        {"evictions", stats.evictions},
      {"errors", stats.errors},   {"reconnects", stats.reconnects}};
  Json shown = Json::object();
  for (const auto& [name, value] : known)
    if (value != LARDER_STAT_UNKNOWN) shown[name] = value;
  return shown;
}

// Names and plugins alone: options may be secrets.
Response listBackends(const AdminParts& parts) {
  const Config config = parts.running();
  Json backends = Json::array();
  for (const auto& [name, backend] : config.backends) {
    const bool active = name == config.cache.backend;
    Json shown{{"name", name}, {"plugin", backend.plugin}, {"active", active}};
    if (active) {
      shown["health"] = nameOf(parts.reports.healthOf(name));
      shown["stats"] = statsOf(parts.engine.backend());
    }
    backends.push_back(std::move(shown));
  }
  return answer({{"active", config.cache.backend}, {"backends", std::move(backends)}});
}

Response listRoutes(const AdminParts& parts) {
  const Config config = parts.running();
  Json routes = Json::array();
  for (const auto& endpoint : parts.app.router().endpoints()) {
    Json route{{"route", endpoint->name()}, {"cached", endpoint->policy.has_value()}};
    if (endpoint->policy) {
      route["expire_ms"] = endpoint->policy->expire().count();
      route["expire_from"] = config.routes.contains(endpoint->name()) ? "route" : "cache.expire";
      route["tags"] = endpoint->policy->tags();
    }
    if (!endpoint->invalidates.empty()) route["invalidates"] = endpoint->invalidates;
    routes.push_back(std::move(route));
  }
  return answer({{"routes", std::move(routes)}});
}

// The tags of a cached route that are the same for all its entries; nullopt if there is no such route.
std::optional<std::vector<std::string>> tagsOfRoute(const http::App& app, std::string_view route) {
  for (const auto& endpoint : app.router().endpoints()) {
    if (endpoint->name() != route || !endpoint->policy) continue;
    std::vector<std::string> tags;
    for (const auto& tag : endpoint->policy->tags())
      if (tag.find('{') == std::string::npos) tags.push_back(tag);
    return tags;
  }
  return std::nullopt;
}

Response invalidated(Status status, Json what) {
  if (status == Status::ok) return answer({{"invalidated", std::move(what)}});
  return Response::unavailable(
      "not-invalidated", "Service Unavailable",
      "The backend answered " + std::string(toString(status)) + "; entries may be served until they expire.");
}

Response invalidateTags(const AdminParts& parts, const std::vector<std::string>& tags) {
  return invalidated(parts.engine.invalidate(tags), {{"tags", tags}});
}

Response invalidateRoute(const AdminParts& parts, const std::string& route) {
  const auto tags = tagsOfRoute(parts.app, route);
  if (!tags) return badRequest("There is no cached route of that name; see GET /api/routes.");
  if (tags->empty()) return badRequest("All tags of this route have parameters; name the tags.");
  return invalidateTags(parts, *tags);
}

Response invalidate(const AdminParts& parts, const Request& request) {
  const auto body = objectIn(request);
  if (body) {
    if (const auto tag = onlyText(*body, "tag")) return invalidateTags(parts, {*tag});
    if (const auto route = onlyText(*body, "route")) return invalidateRoute(parts, *route);
    if (const auto name_space = onlyText(*body, "namespace"))
      return invalidated(parts.engine.clear(*name_space), {{"namespace", *name_space}});
  }
  return badRequest(R"(Send one of {"tag":"users"}, {"route":"GET /users"} and {"namespace":"responses"}.)");
}

// A name alone: a path would have any file loaded that the configuration does not name.
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
  admin.get("/api/routes", [parts](const Request&) { return listRoutes(parts); });
  admin.post("/api/invalidate", [parts](const Request& request) { return invalidate(parts, request); });
  admin.post("/api/swap", [parts](const Request& request) { return swapBackend(parts, request); });
  admin.post("/api/reload", [parts](const Request& request) { return reload(parts, request); });
}

}  // namespace larder::host
