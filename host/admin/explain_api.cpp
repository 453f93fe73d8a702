// SPDX-License-Identifier: Apache-2.0
#include "admin/explain_api.hpp"

#include <larder/session.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

#include <larder/http/explain.hpp>
#include "admin/api_answers.hpp"
#include "admin/described_request.hpp"
#include "admin/route_list.hpp"

namespace larder::host {
namespace {

using http::Explanation;
using http::Request;
using http::Response;
using Finding = Inspection::Finding;
using Json = nlohmann::ordered_json;

std::string_view nameOf(Finding finding) {
  switch (finding) {
    case Finding::fresh: return "fresh";
    case Finding::stale: return "stale";
    case Finding::expired: return "expired";
    case Finding::outdated: return "outdated";
    case Finding::unreadable: return "unreadable";
    case Finding::absent: return "absent";
    case Finding::invalidating: return "invalidating";
    case Finding::backendFailed: return "backend failed";
  }
  return "absent";
}

bool hasBytes(const Inspection& entry) {
  return entry.finding != Finding::absent && entry.finding != Finding::invalidating &&
         entry.finding != Finding::backendFailed;
}

Json keyAsJson(const Explanation& explanation) {
  Json fields = Json::array();
  for (const auto& field : explanation.keyFields)
    fields.push_back({{"name", field.name}, {"value", field.value ? Json(*field.value) : Json(nullptr)}});
  return {{"fields", std::move(fields)},
          {"full", explanation.key.full()},
          {"namespace", explanation.entry.nameSpace},
          {"stored", explanation.entry.key}};
}

Json entryAsJson(const Inspection& entry) {
  Json shown{{"state", nameOf(entry.finding)}};
  if (!entry.error.empty()) shown["error"] = entry.error;
  if (!hasBytes(entry)) return shown;
  shown["bytes"] = entry.bytes;
  if (entry.finding == Finding::unreadable) return shown;
  shown["age_ms"] = entry.age.count();
  shown["ttl_ms"] = entry.ttl.count();
  shown["kept_ms"] = entry.kept.count();
  shown["tags"] = entry.tags;
  if (!entry.outdatedTags.empty()) shown["outdated_tags"] = entry.outdatedTags;
  return shown;
}

Json responseAsJson(const Response& response, bool with_body) {
  Json headers = Json::array();
  for (const auto& [name, value] : response.headers) headers.push_back({name, value});
  Json shown{
      {"status", response.status}, {"headers", std::move(headers)}, {"body_bytes", response.body.size()}};
  if (with_body) shown["body"] = response.body;
  return shown;
}

Json explanationAsJson(const Explanation& explanation, const Config& config) {
  Json shown{{"outcome", toString(explanation.outcome)}, {"reason", explanation.reason}};
  if (explanation.endpoint == nullptr) return shown;
  shown["route"] = explanation.endpoint->name();
  shown["rules"] = asJson(rulesOf(*explanation.endpoint, config));
  if (!explanation.endpoint->policy) return shown;
  shown["key"] = keyAsJson(explanation);
  shown["entry"] = entryAsJson(explanation.entry);
  return shown;
}

Response notFound(std::string_view type, std::string_view detail) {
  return Response::problem(404, type, "Not Found", detail);
}

Response sessionsUnavailable() {
  return Response::unavailable("sessions-unavailable", "Sessions unavailable",
                               "The key needs the session, whose store cannot be reached; try again.");
}

Request requestIn(const AdminParts& parts, const Request& request) {
  const auto server = parts.running().server;
  if (request.method != "POST") return describedRequest(request, server);
  const auto body = objectIn(request);
  if (!body) throw std::invalid_argument(R"(Send {"url":"/users","method":"GET","headers":{}}.)");
  return describedRequest(*body, server);
}

// Calls `show` with the described request and its explanation, and returns its response.
template <class Show>
Response about(const AdminParts& parts, const Request& request, Show show) {
  try {
    return show(parts.app.explain(requestIn(parts, request)));
  } catch (const std::invalid_argument& error) {
    return badRequest(error.what());
  } catch (const SessionsUnavailable&) {
    return sessionsUnavailable();
  }
}

}  // namespace

Response explainRequest(const AdminParts& parts, const Request& request) {
  return about(parts, request, [&parts](const Explanation& explanation) {
    return answer(explanationAsJson(explanation, parts.running()));
  });
}

Response showEntry(const AdminParts& parts, const Request& request) {
  const bool with_body = request.queryParam("body") == "true";
  return about(parts, request, [with_body](const Explanation& explanation) {
    if (explanation.endpoint == nullptr || !explanation.endpoint->policy)
      return notFound("not-cached", "This request is not cached: " + explanation.reason + ".");
    const auto& entry = explanation.entry;
    if (entry.finding == Finding::backendFailed)
      return Response::unavailable("backend-failed", "Service Unavailable",
                                   "The backend did not answer: " + entry.error + ".");
    if (!hasBytes(entry)) return notFound("not-stored", "Nothing is stored for this request.");
    Json shown{{"key", keyAsJson(explanation)}, {"entry", entryAsJson(entry)}};
    if (explanation.stored) shown["response"] = responseAsJson(*explanation.stored, with_body);
    return answer(shown);
  });
}

}  // namespace larder::host
