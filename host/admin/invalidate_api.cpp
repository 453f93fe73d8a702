// SPDX-License-Identifier: Apache-2.0
#include "admin/invalidate_api.hpp"

#include <larder/session.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <larder/http/explain.hpp>
#include "admin/api_answers.hpp"
#include "admin/described_request.hpp"
#include "response_cache/plan.hpp"

namespace larder::host {
namespace {

using http::Request;
using http::Response;
using Json = nlohmann::ordered_json;

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

Response invalidateKey(const AdminParts& parts, const Key& key) {
  return invalidated(parts.engine.erase(http::kResponses, key),
                     {{"namespace", http::kResponses}, {"key", key.full()}});
}

Response invalidateKey(const AdminParts& parts, const std::string& full) {
  const auto key = Key::ofFull(full);
  if (!key) return badRequest("This is no key; GET /api/explain tells one as key.full.");
  return invalidateKey(parts, *key);
}

// Only the response to this very request: with other headers that the policy varies by, or for another host,
// it is another entry.
Response invalidateRequest(const AdminParts& parts, const Json& description) {
  try {
    const auto explanation = parts.app.explain(describedRequest(description, parts.running().server));
    if (explanation.endpoint == nullptr || !explanation.endpoint->policy)
      return badRequest("Such a request is not cached: " + explanation.reason + ".");
    return invalidateKey(parts, explanation.key);
  } catch (const std::invalid_argument& error) {
    return badRequest(error.what());
  } catch (const SessionsUnavailable&) {
    return Response::unavailable("sessions-unavailable", "Sessions unavailable",
                                 "The key needs the session, whose store can't be reached; try again.");
  }
}

}  // namespace

Response invalidate(const AdminParts& parts, const Request& request) {
  const auto body = objectIn(request);
  if (body) {
    if (const auto tag = onlyText(*body, "tag")) return invalidateTags(parts, {*tag});
    if (const auto route = onlyText(*body, "route")) return invalidateRoute(parts, *route);
    if (const auto name_space = onlyText(*body, "namespace"))
      return invalidated(parts.engine.clear(*name_space), {{"namespace", *name_space}});
    if (const auto key = onlyText(*body, "key")) return invalidateKey(parts, *key);
    if (body->contains("url")) return invalidateRequest(parts, *body);
  }
  return badRequest(
      R"(Send one of {"tag":"users"}, {"route":"GET /users"}, {"namespace":"responses"}, {"key":"..."} and )"
      R"({"url":"/users?limit=5"}.)");
}

}  // namespace larder::host
