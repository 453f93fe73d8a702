// SPDX-License-Identifier: Apache-2.0
#include "admin/invalidate_api.hpp"

#include <larder/session.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
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

// Returns the tags that all entries of a cached route share; nullopt if the route does not exist.
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

// An invalidation that a client of the admin API asks for: in the journal, in the log, and carried out.
class Order {
 public:
  Order(const AdminParts& parts, const Request& request) : parts_(parts), client_(request.clientAddress) {}

  Response tags(const std::vector<std::string>& tags) const {
    return carryOut({.tags = tags}, {{"tags", tags}}, [&] { return parts_.engine.invalidate(tags); });
  }
  Response nameSpace(const std::string& name) const {
    return carryOut({.nameSpace = name}, {{"namespace", name}}, [&] { return parts_.engine.clear(name); });
  }
  Response key(const Key& key) const {
    return carryOut({.nameSpace = std::string(http::kResponses), .key = key.full()},
                    {{"namespace", http::kResponses}, {"key", key.full()}},
                    [&] { return parts_.engine.erase(http::kResponses, key); });
  }
  const AdminParts& parts() const { return parts_; }

 private:
  template <class Change>
  Response carryOut(InvalidationRecord record, Json what, Change change) const {
    record.by = InvalidationRecord::By::admin;
    record.from = client_;
    const auto number = parts_.journal.begin(std::move(record));
    const Status status = change();
    parts_.journal.end(number, status);
    parts_.logger.log(LogLevel::info, "serve", "entries were invalidated over the admin listener",
                      {{"what", what.dump(-1, ' ', false, Json::error_handler_t::replace)},
                       {"client", client_},
                       {"status", toString(status)}});
    if (status == Status::ok) return answer({{"invalidated", std::move(what)}});
    return Response::unavailable("not-invalidated", "Service Unavailable",
                                 "The backend answered " + std::string(toString(status)) +
                                     "; entries may be served until they expire.");
  }

  const AdminParts& parts_;
  const std::string client_;
};

Response invalidateRoute(const Order& order, const std::string& route) {
  const auto tags = tagsOfRoute(order.parts().app, route);
  if (!tags) return badRequest("There is no cached route of that name; see GET /api/routes.");
  if (tags->empty()) return badRequest("All tags of this route have parameters; name the tags.");
  return order.tags(*tags);
}

Response invalidateKey(const Order& order, const std::string& full) {
  const auto key = Key::ofFull(full);
  if (!key) return badRequest("This is no key; GET /api/explain tells one as key.full.");
  return order.key(*key);
}

// Only the response to this very request: with other headers that the policy varies by, or for another host,
// it is another entry.
Response invalidateRequest(const Order& order, const Json& description) {
  const auto& parts = order.parts();
  try {
    const auto explanation = parts.app.explain(describedRequest(description, parts.running().server));
    if (explanation.endpoint == nullptr || !explanation.endpoint->policy)
      return badRequest("Such a request is not cached: " + explanation.reason + ".");
    return order.key(explanation.key);
  } catch (const std::invalid_argument& error) {
    return badRequest(error.what());
  } catch (const SessionsUnavailable&) {
    return Response::unavailable("sessions-unavailable", "Sessions unavailable",
                                 "The key needs the session, whose store cannot be reached; try again.");
  }
}

}  // namespace

Response invalidate(const AdminParts& parts, const Request& request) {
  const auto body = objectIn(request);
  const Order order(parts, request);
  if (body) {
    if (const auto tag = onlyText(*body, "tag")) return order.tags({*tag});
    if (const auto route = onlyText(*body, "route")) return invalidateRoute(order, *route);
    if (const auto name_space = onlyText(*body, "namespace")) return order.nameSpace(*name_space);
    if (const auto key = onlyText(*body, "key")) return invalidateKey(order, *key);
    if (body->contains("url")) return invalidateRequest(order, *body);
  }
  return badRequest(
      R"(Send one of {"tag":"users"}, {"route":"GET /users"}, {"namespace":"responses"}, {"key":"..."} and )"
      R"({"url":"/users?limit=5"}.)");
}

}  // namespace larder::host
