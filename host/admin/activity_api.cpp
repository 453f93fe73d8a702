// SPDX-License-Identifier: Apache-2.0
#include "admin/activity_api.hpp"

#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "admin/api_answers.hpp"

namespace larder::host {
namespace {

using http::Request;
using http::Response;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMostHotKeys = 256;

Json recordAsJson(const InvalidationRecord& record, std::chrono::nanoseconds now) {
  using std::chrono::milliseconds;
  const bool by_write = record.by == InvalidationRecord::By::write;
  Json shown{{"number", record.number},
             {"time_ms", record.time.count()},
             {"age_ms", std::chrono::duration_cast<milliseconds>(now - record.began).count()},
             {"by", by_write ? "write" : "admin"},
             {by_write ? "route" : "client", record.from}};
  if (!record.tags.empty()) shown["tags"] = record.tags;
  if (!record.targets.empty()) shown["targets"] = record.targets;
  if (!record.nameSpace.empty()) shown["namespace"] = record.nameSpace;
  if (!record.key.empty()) shown["key"] = record.key;
  shown["status"] = record.status ? toString(*record.status) : "pending";
  shown["misses"] = record.misses;
  return shown;
}

Json requestAsJson(const RecentRequest& request) {
  const auto& record = request.record;
  Json shown{{"number", request.number}, {"time_ms", record.time.count()}, {"us", record.took.count()},
             {"client", record.client},  {"method", record.method},        {"target", record.target},
             {"route", request.route},   {"status", record.status},        {"bytes", record.bytes},
             {"cache", record.cache}};
  if (!record.cacheStatus.empty()) shown["cache_status"] = record.cacheStatus;
  if (!record.traceId.empty()) shown["trace_id"] = record.traceId;
  return shown;
}

std::optional<std::string> textIn(const Request& request, std::string_view name) {
  const auto text = request.queryParam(name);
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

}  // namespace

Response showInvalidations(const AdminParts& parts, const Request& request) {
  const auto limit = numberIn(request, "limit", 100, 1, InvalidationJournal::kMostRecords);
  if (!limit) return badRequest("limit is a number from 1 to 500.");
  const auto contents = parts.journal.contents(static_cast<std::size_t>(*limit));
  const auto now = parts.engine.backend().clock().monotonic();
  Json records = Json::array();
  for (const auto& record : contents.records) records.push_back(recordAsJson(record, now));
  return answer({{"invalidations", std::move(records)},
                 {"dropped", contents.dropped},
                 {"elsewhere", {{"misses", contents.others.misses}, {"tags", contents.others.tags}}}});
}

Response showHotKeys(const AdminParts& parts, const Request& request) {
  const auto limit = numberIn(request, "limit", 20, 1, kMostHotKeys);
  if (!limit) return badRequest("limit is a number from 1 to 256.");
  Json keys = Json::array();
  for (const auto& key : parts.app.hotKeys(static_cast<std::size_t>(*limit)))
    keys.push_back({{"route", key.route},
                    {"target", key.target},
                    {"requests_per_second", key.requestsPerSecond},
                    {"hit_ratio", key.hitRatio},
                    {"key", key.key}});
  return answer({{"hot_keys", std::move(keys)}});
}

Response showRequests(const AdminParts& parts, const Request& request) {
  constexpr auto kAny = std::numeric_limits<std::uint64_t>::max();
  const auto limit = numberIn(request, "limit", 200, 1, RecentRequests::kMostRequests);
  const auto since = numberIn(request, "since", 0, 1, kAny);
  if (!limit || !since) return badRequest("limit is a number from 1 to 2048, since one from 1.");
  const RequestFilter filter{.route = textIn(request, "route"),
                             .outcome = textIn(request, "outcome"),
                             .status = textIn(request, "status")};
  const auto page =
      parts.recent.page(*since > 0 ? since : std::nullopt, filter, static_cast<std::size_t>(*limit));
  Json requests = Json::array();
  for (const auto& each : page.requests) requests.push_back(requestAsJson(each));
  return answer({{"next", page.next}, {"missed", page.missed}, {"requests", std::move(requests)}});
}

}  // namespace larder::host
