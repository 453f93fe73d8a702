// SPDX-License-Identifier: Apache-2.0
#include <larder/http/route_policy.hpp>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace larder::http {
namespace {

using std::chrono::milliseconds;

template <class Value>
bool contains(const std::vector<Value>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

void copyQuery(const CachePolicy& declared, const PolicyOverride& by, CachePolicy& policy) {
  if (declared.queryParameters() || by.varyByQuery) {
    const auto named = declared.queryParameters().value_or(std::vector<std::string>());
    policy.varyByQuery();
    for (const auto& name : named) policy.varyByQuery(name);
    for (const auto& name : by.varyByQuery.value_or(std::vector<std::string>()))
      if (!contains(named, name)) policy.varyByQuery(name);
    if (by.varyByQueryExcept)
      policy.varyByQueryExcept(*by.varyByQueryExcept);  // throws: the policy already varies by query
    return;
  }
  policy.varyByQueryExcept(by.varyByQueryExcept.value_or(declared.ignoredQueryParameters()));
}

void copyHeaders(const CachePolicy& declared, const PolicyOverride& by, CachePolicy& policy) {
  for (const auto& name : declared.headers()) policy.varyByHeader(name);
  for (const auto& name : by.varyByHeader.value_or(std::vector<std::string>()))
    if (!contains(declared.headers(), name)) policy.varyByHeader(name);
}

void copyStatuses(const CachePolicy& declared, const PolicyOverride& by, CachePolicy& policy) {
  for (const auto& [status, expire] : declared.namedStatuses()) {
    if (by.expireFor.contains(status)) continue;
    if (expire)
      policy.expireFor(status, *expire);
    else if (!by.statuses)
      policy.statuses(status);
  }
  for (const int status : by.statuses.value_or(std::vector<int>()))
    if (!by.expireFor.contains(status)) policy.statuses(status);
  for (const auto& [status, expire] : by.expireFor)
    if (status == 200 || expire.count() != 0) policy.expireFor(status, expire);
}

void copyRenewal(const Renewal& declared, const PolicyOverride& by, CachePolicy& policy) {
  const auto while_revalidate = by.staleWhileRevalidate.value_or(declared.staleWhileRevalidate);
  const auto if_error = by.staleIfError.value_or(declared.staleIfError);
  const auto soft_timeout = by.softTimeout.value_or(declared.softTimeout);
  const auto eager_refresh = by.eagerRefresh.value_or(declared.eagerRefresh);
  const auto jitter = by.jitter.value_or(declared.jitter);
  if (while_revalidate.count() != 0) policy.staleWhileRevalidate(while_revalidate);
  if (if_error.count() != 0) policy.staleIfError(if_error);
  if (soft_timeout.count() != 0) policy.softTimeout(soft_timeout);
  if (eager_refresh != 0) policy.eagerRefresh(eager_refresh);
  if (jitter != 0) policy.jitter(jitter);
}

// A rule about the response's own header fields applies until a key turns it off or replaces it.
void copyResponseRule(const CachePolicy& declared, const PolicyOverride& by, CachePolicy& policy) {
  const bool declares_cap = declared.responseRule() == ResponseRule::decides;
  auto cap = by.honourResponse.value_or(declares_cap ? declared.responseCap() : milliseconds(0));
  auto ignored = by.ignoreResponse.value_or(declared.responseRule() == ResponseRule::ignored);
  if (by.honourResponse.value_or(milliseconds(0)).count() > 0 && by.ignoreResponse.value_or(false))
    throw std::invalid_argument("cache policy: a response is honoured or ignored, not both");
  if (by.ignoreResponse.value_or(false)) cap = milliseconds(0);
  if (cap.count() > 0) ignored = false;

  const auto window = by.revalidate.value_or(declared.revalidateWindow());
  if (cap.count() > 0 && by.revalidate && window.count() == 0)
    throw std::invalid_argument(
        "cache policy: honourResponse revalidates stale responses; set a time for revalidate");
  if (window.count() > 0) policy.revalidate(window);
  if (cap.count() > 0) policy.honourResponse(cap);
  if (ignored) policy.ignoreResponse();
}

void copyStorage(const CachePolicy& declared, const PolicyOverride& by, CachePolicy& policy) {
  policy.gzipFrom(by.gzipFrom.value_or(declared.gzipFrom()));
  const auto lock = by.lockAcrossHosts.value_or(declared.lockAcrossHosts());
  if (lock.count() != 0) policy.lockAcrossHosts(lock);
  if (const auto from = by.compressFrom ? by.compressFrom : declared.compressFrom()) policy.compress(*from);
}

void copyClientRules(const CachePolicy& declared, const PolicyOverride& by, CachePolicy& policy) {
  const auto age =
      by.clientMaxAge ? *by.clientMaxAge : declared.clientMaxAge().value_or(std::chrono::seconds(0));
  if (age.count() != 0) policy.clientMaxAge(age);
  if (by.honourClient.value_or(declared.honoursClient())) policy.honourClient();
}

}  // namespace

CachePolicy overridden(const CachePolicy& declared, const PolicyOverride& by) {
  CachePolicy policy(by.expire.value_or(declared.expire()));
  for (const auto& tag : declared.tags()) policy.tag(tag);
  copyQuery(declared, by, policy);
  copyHeaders(declared, by, policy);
  for (const auto& field : by.targetedBy.value_or(declared.targetFields())) policy.targetedBy(field);
  if (declared.variesBySession()) policy.varyBySession();
  copyStatuses(declared, by, policy);
  copyRenewal(declared.renewal(), by, policy);
  copyResponseRule(declared, by, policy);
  copyClientRules(declared, by, policy);
  copyStorage(declared, by, policy);
  return policy;
}

// Earlier policies are kept, so requests need neither a lock nor a reference count.
struct RoutePolicy::State {
  explicit State(CachePolicy policy) : declared(std::move(policy)), current(&declared) {}

  const CachePolicy declared;
  std::atomic<const CachePolicy*> current;
  std::atomic<bool> enabled{true};

  std::mutex mutex;  // guards the other members
  PolicyOverride by{};
  std::vector<std::unique_ptr<const CachePolicy>> made{};
};

RoutePolicy::RoutePolicy(CachePolicy declared) : state_(std::make_shared<State>(std::move(declared))) {}

const CachePolicy& RoutePolicy::operator*() const { return *state_->current.load(std::memory_order_acquire); }

const CachePolicy& RoutePolicy::declared() const { return state_->declared; }

bool RoutePolicy::enabled() const { return state_->enabled.load(std::memory_order_relaxed); }

void RoutePolicy::override(const PolicyOverride& by) {
  const std::lock_guard lock(state_->mutex);
  if (by == state_->by) return;
  auto policy = std::make_unique<const CachePolicy>(overridden(state_->declared, by));
  state_->made.push_back(std::move(policy));
  state_->by = by;
  state_->current.store(state_->made.back().get(), std::memory_order_release);
  state_->enabled.store(by.enabled.value_or(true), std::memory_order_relaxed);
}

}  // namespace larder::http
