// SPDX-License-Identifier: Apache-2.0
#include "response_cache/lifetime.hpp"

#include <algorithm>
#include <string>

#include "http/date.hpp"
#include "response_cache/response_directives.hpp"
#include "response_cache/validation.hpp"

namespace larder::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<seconds> dateIn(const Headers& response, std::string_view name) {
  const auto value = response.joined(name);
  return value ? parseDate(*value) : std::nullopt;
}

// A malformed date counts as past (RFC 9111 5.3).
seconds untilExpires(const Headers& response, milliseconds now) {
  const auto expires = dateIn(response, "Expires");
  if (!expires) return seconds(0);
  return *expires - dateIn(response, "Date").value_or(std::chrono::floor<seconds>(now));
}

// Returns the response's own stale window, as far as the policy honours it. nullopt: use the policy's.
std::optional<milliseconds> window(ResponseRule rule, milliseconds of_policy,
                                   const std::optional<seconds>& of_response) {
  if (!of_response || rule == ResponseRule::ignored) return std::nullopt;
  if (rule == ResponseRule::decides) return *of_response;
  return std::min<milliseconds>(of_policy, *of_response);
}

}  // namespace

seconds ageOf(const Headers& response, milliseconds now) {
  seconds age{0};
  if (const auto date = dateIn(response, "Date"))
    age = std::max(age, std::chrono::floor<seconds>(now) - *date);
  const auto said = response.get("Age");
  // Uses the first of several values, as a proxy that joins the fields would (RFC 9111 5.1).
  return std::max(
      age, said ? deltaSeconds(trimmed(said->substr(0, said->find(',')))).value_or(seconds(0)) : seconds(0));
}

std::optional<milliseconds> ownLifetime(const CachePolicy& policy, const Headers& response,
                                        milliseconds now) {
  if (policy.responseRule() == ResponseRule::ignored) return std::nullopt;
  const auto said = directivesOf(policy, response);
  if (said.noCache) return milliseconds(0);
  std::optional<seconds> lifetime = said.sharedMaxAge ? said.sharedMaxAge : said.maxAge;
  if (!lifetime && !said.targeted && response.has("Expires")) lifetime = untilExpires(response, now);
  if (!lifetime) return std::nullopt;
  return *lifetime - ageOf(response, now);
}

bool isKeptToBeValidated(const CachePolicy& policy, const Response& response) {
  return response.status == 200 && policy.responseRule() != ResponseRule::ignored &&
         policy.revalidateWindow().count() > 0 && hasValidator(response.headers);
}

StaleWindows staleWindowsOf(const CachePolicy& policy, const Response& response, milliseconds kept) {
  const auto said = directivesOf(policy, response.headers);
  const auto rule = policy.responseRule();
  if (rule != ResponseRule::ignored && said.forbidStale()) return {milliseconds(0), milliseconds(0)};
  StaleWindows windows{window(rule, policy.renewal().staleWhileRevalidate, said.staleWhileRevalidate),
                       window(rule, policy.renewal().staleIfError, said.staleIfError)};
  if (kept.count() == 0) {  // it was never fresh, so the policy's windows do not apply
    windows.whileRenewing = windows.whileRenewing.value_or(milliseconds(0));
    windows.onError = windows.onError.value_or(milliseconds(0));
  }
  const auto& caching = response.caching;
  if (caching.staleWhileRevalidate) windows.whileRenewing = caching.staleWhileRevalidate;
  if (caching.staleIfError) windows.onError = caching.staleIfError;
  return windows;
}

milliseconds timeAfterExpiry(const CachePolicy& policy, const Response& response,
                             const StaleWindows& windows) {
  const auto validated = hasValidator(response.headers) ? policy.revalidateWindow() : milliseconds(0);
  const auto renewal = windows.over(policy.renewal());
  return std::max({renewal.staleWhileRevalidate, renewal.staleIfError, validated});
}

}  // namespace larder::http
