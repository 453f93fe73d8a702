// SPDX-License-Identifier: Apache-2.0
#include <larder/http/cacheability.hpp>

#include <larder/cache.hpp>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <larder/http/request_session.hpp>
#include "response_cache/learned_vary.hpp"
#include "response_cache/lifetime.hpp"
#include "response_cache/response_directives.hpp"

namespace larder::http {
namespace {

constexpr std::size_t kMaxTagSize = 200;  // a tag becomes part of a key

bool fit(const std::vector<std::string>& tags) {
  return tags.size() <= kMaxAddedTags && std::none_of(tags.begin(), tags.end(), [](const auto& tag) {
           return tag.empty() || tag.size() > kMaxTagSize;
         });
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](const auto& each) { return equalsIgnoreCase(each, name); });
}

bool mayKeep(const CachePolicy& policy, int status) {
  if (policy.responseRule() != ResponseRule::decides) return policy.expireOf(status).has_value();
  return status >= 200 && status <= 599 && status != 206 && status != 304;
}

using Parameter = std::pair<std::string, std::string>;

bool distinguishes(const CachePolicy& policy, const Parameter& parameter) {
  const auto isIn = [&parameter](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), parameter.first) != names.end();
  };
  const auto& only = policy.queryParameters();
  return only ? isIn(*only) : !isIn(policy.ignoredQueryParameters());
}

std::vector<const Parameter*> queryOf(const CachePolicy& policy, const Request& request) {
  std::vector<const Parameter*> query;
  for (const auto& parameter : request.query)
    if (distinguishes(policy, parameter)) query.push_back(&parameter);
  std::stable_sort(query.begin(), query.end(),
                   [](const auto* a, const auto* b) { return a->first < b->first; });
  return query;
}

// The scheme is part of the target (RFC 9110 4.2.3): one application may serve both.
std::optional<std::string> hostOf(const Request& request) {
  auto host = request.headers.joined("Host");
  if (request.secure) host = "https://" + host.value_or("");
  return host;
}

// Passes every distinguishing field of the request to `fields`, with its name. The key and its description
// therefore cover the same fields.
template <class Fields>
void listFields(const CachePolicy& policy, const Request& request, Fields& fields) {
  fields.add("method", "GET");
  fields.add("host", hostOf(request));
  fields.add("path", request.path);
  for (const auto* parameter : queryOf(policy, request)) fields.addParameter(*parameter);
  fields.endQuery();
  for (const auto& name : policy.headers()) fields.addHeader(name, request.headers.joined(name));
  if (policy.variesBySession()) fields.add("session", request.session().fingerprint());
}

struct JoinedFields {
  KeyBuilder key{};

  void add(std::string_view /*name*/, const std::optional<std::string_view>& value) {
    if (value)
      key.field(*value);
    else
      key.absent();
  }
  void addHeader(std::string_view name, const std::optional<std::string_view>& value) { add(name, value); }
  void addParameter(const Parameter& parameter) { key.field(parameter.first).field(parameter.second); }
  void endQuery() { key.absent(); }  // so that no parameter can be mistaken for a header
};

struct NamedFields {
  std::vector<KeyField> fields{};

  void add(std::string name, const std::optional<std::string_view>& value) {
    fields.push_back({std::move(name), value ? std::optional<std::string>(*value) : std::nullopt});
  }
  void addHeader(const std::string& name, const std::optional<std::string_view>& value) {
    add("header " + name, value);
  }
  void addParameter(const Parameter& parameter) { add("query " + parameter.first, parameter.second); }
  void endQuery() {}
};

// The handler may read the body, and the key does not include it. For Poco's handlers, the body is still in
// the stream: if the cache answered, Poco would parse the body as the next request.
bool hasBody(const Request& request) {
  return !request.body.empty() || request.headers.has("Transfer-Encoding") ||
         request.headers.get("Content-Length").value_or("0") != "0";
}

}  // namespace

std::string_view reasonToBypass(const CachePolicy& policy, const Request& request) {
  const bool nobody_shares = policy.responseRule() == ResponseRule::ignored || request.method == "HEAD";
  if (nobody_shares && hasCredentials(policy, request)) return "authorization";
  if (hasDirective(request.headers, "Cache-Control", "no-store")) return "no-store";
  if (hasBody(request)) return "body";
  return {};
}

bool hasCredentials(const CachePolicy& policy, const Request& request) {
  return request.headers.has("Authorization") && !contains(policy.headers(), "Authorization");
}

std::string_view reasonNotToStore(const CachePolicy& policy, const Response& response) {
  if (!mayKeep(policy, response.status)) return "status";
  const auto said = directivesOf(policy, response.headers);
  if (said.mustUnderstand && !isKnownStatus(response.status)) return "status";
  if (response.caching.skip || (response.caching.expire && response.caching.expire->count() <= 0))
    return "handler";
  if (!fit(response.caching.tags)) return "tags";
  // Set-Cookie is per client by convention, although not by RFC 9111 7.3.
  const bool decides = policy.responseRule() == ResponseRule::decides;
  if (!decides && response.headers.has("Set-Cookie")) return "set-cookie";
  if (said.noStore && !said.mustUnderstand) return "no-store";
  if (said.isPrivate && !policy.variesBySession()) return "private";  // else stored for its session
  if (said.noCache && !isKeptToBeValidated(policy, response)) return "no-cache";
  if (response.caching.session == SessionUse::own) return "session";
  return fieldsToLearn(policy, response) ? std::string_view() : "vary";
}

bool asksForNew(const Request& request) {
  if (hasDirective(request.headers, "Cache-Control", "no-cache")) return true;
  const auto value = request.headers.joined("Cache-Control").value_or("");
  const auto elements = listElements(value);
  return std::any_of(elements.begin(), elements.end(),
                     [](std::string_view element) { return equalsIgnoreCase(element, "max-age=0"); });
}

std::chrono::milliseconds timeToKeep(const CachePolicy& policy, const Response& response,
                                     std::chrono::milliseconds now) {
  const auto rule = policy.responseRule();
  const auto& wanted = response.caching.expire;
  const auto own = ownLifetime(policy, response.headers, now);
  const auto most =
      rule == ResponseRule::decides ? policy.responseCap() : policy.expireOf(response.status).value();
  if (rule == ResponseRule::decides && !own && !wanted) return std::chrono::milliseconds(0);
  return std::min({most, own.value_or(most), wanted.value_or(most)});
}

Key keyOf(const CachePolicy& policy, const Request& request) {
  constexpr std::size_t usual = 128;  // plus the path; a longer key needs more than one allocation
  JoinedFields fields;
  fields.key.reserve(usual + request.path.size());
  listFields(policy, request, fields);
  return fields.key.build();
}

std::vector<KeyField> keyFieldsOf(const CachePolicy& policy, const Request& request) {
  NamedFields fields;
  listFields(policy, request, fields);
  return std::move(fields.fields);
}

}  // namespace larder::http
