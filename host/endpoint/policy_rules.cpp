// SPDX-License-Identifier: Apache-2.0
#include "endpoint/policy_rules.hpp"

#include <larder/quantity.hpp>

#include <chrono>
#include <cstdint>
#include <sstream>

#include "http/comma_list.hpp"

namespace larder::http {
namespace {

using std::chrono::milliseconds;

std::string partText(double part) {
  std::ostringstream text;
  text << part;
  return text.str();
}

// Omits 200: the rule called expire covers it.
std::string statusesOf(const CachePolicy& policy) {
  std::vector<std::string> rules;
  for (int status = 201; status <= 599; ++status)
    if (const auto kept = policy.expireOf(status))
      rules.push_back(std::to_string(status) + " " + formatDuration(*kept));
  return commaList(rules);
}

std::string onIf(bool set) { return set ? "on" : ""; }
std::string durationIfSet(milliseconds duration) {
  return duration.count() > 0 ? formatDuration(duration) : std::string();
}
std::string partIfSet(double part) { return part > 0 ? partText(part) : std::string(); }

std::string compressionOf(const CachePolicy& policy) {
  if (!policy.compressFrom()) return {};
  if (*policy.compressFrom() == 0) return "never";
  return "from " + formatSize(static_cast<std::int64_t>(*policy.compressFrom()));
}

// Returns an empty string for the default.
std::string gzipOf(const CachePolicy& policy) {
  if (policy.gzipFrom() == CachePolicy(policy.expire()).gzipFrom()) return {};
  return policy.gzipFrom() == 0 ? "never"
                                : "from " + formatSize(static_cast<std::int64_t>(policy.gzipFrom()));
}

std::string responseRuleOf(const CachePolicy& policy) {
  return policy.responseRule() == ResponseRule::decides ? formatDuration(policy.responseCap())
                                                        : std::string();
}

std::string queryParametersOf(const CachePolicy& policy) {
  if (!policy.queryParameters()) return {};
  return policy.queryParameters()->empty() ? "none" : commaList(*policy.queryParameters());
}

}  // namespace

std::vector<PolicyRule> rulesOf(const CachePolicy& policy) {
  const auto& renewal = policy.renewal();
  std::vector<PolicyRule> rules{
      {"expire", formatDuration(policy.expire())},
      {"tag", commaList(policy.tags())},
      {"varyByQuery", queryParametersOf(policy)},
      {"varyByQueryExcept", commaList(policy.ignoredQueryParameters())},
      {"varyByHeader", commaList(policy.headers())},
      {"varyBySession", onIf(policy.variesBySession())},
      {"statuses", statusesOf(policy)},
      {"clientMaxAge", durationIfSet(policy.clientMaxAge().value_or(std::chrono::seconds(0)))},
      {"honourClient", onIf(policy.honoursClient())},
      {"honourResponse", responseRuleOf(policy)},
      {"ignoreResponse", onIf(policy.responseRule() == ResponseRule::ignored)},
      {"targetedBy", commaList(policy.targetFields())},
      {"revalidate", durationIfSet(policy.revalidateWindow())},
      {"staleWhileRevalidate", durationIfSet(renewal.staleWhileRevalidate)},
      {"staleIfError", durationIfSet(renewal.staleIfError)},
      {"softTimeout", durationIfSet(renewal.softTimeout)},
      {"eagerRefresh", partIfSet(renewal.eagerRefresh)},
      {"jitter", partIfSet(renewal.jitter)},
      {"lockAcrossHosts", durationIfSet(policy.lockAcrossHosts())},
      {"compress", compressionOf(policy)},
      {"gzipFrom", gzipOf(policy)},
  };
  std::erase_if(rules, [](const PolicyRule& rule) { return rule.value.empty(); });
  return rules;
}

}  // namespace larder::http
