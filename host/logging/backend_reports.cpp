// SPDX-License-Identifier: Apache-2.0
#include "logging/backend_reports.hpp"

#include <algorithm>
#include <tuple>

namespace larder::host {
namespace {

bool isSnakeCase(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::string_view sentenceOf(Health health) {
  switch (health) {
    case Health::up: return "is up";
    case Health::degraded: return "is degraded";
    case Health::down: return "is down";
  }
  return "is down";
}

}  // namespace

void BackendReports::log(LogLevel level, std::string_view backend, std::string_view message) {
  logger_.log(level, "backend " + std::string(backend), message);
}

void BackendReports::health(std::string_view backend, Health health, std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    const auto [entry, first] = health_.try_emplace(std::string(backend), health);
    if (!first && entry->second == health) return;
    entry->second = health;
  }
  logger_.log(health == Health::up ? LogLevel::info : LogLevel::warning, "backend " + std::string(backend),
              sentenceOf(health), {{"reason", reason}});
}

std::uint64_t BackendReports::registerMetric(std::string_view backend, MetricKind kind, std::string_view name,
                                             std::string_view help) {
  if (!isSnakeCase(name)) return 0;
  const std::lock_guard lock(mutex_);
  const std::size_t count = metricCount_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& known = metrics_[i].described;
    if (known.backend == backend && known.name == name) return known.kind == kind ? i + 1 : 0;
  }
  if (count == kMaxMetrics) return 0;
  metrics_[count].described = {
      .kind = kind, .backend = std::string(backend), .name = std::string(name), .help = std::string(help)};
  metricCount_.store(count + 1, std::memory_order_release);
  return count + 1;
}

void BackendReports::addMetric(std::uint64_t metric, std::uint64_t amount) {
  if (auto* found = find(metric, MetricKind::counter))
    found->value.fetch_add(static_cast<std::int64_t>(amount), std::memory_order_relaxed);
}

void BackendReports::setMetric(std::uint64_t metric, std::int64_t value) {
  if (auto* found = find(metric, MetricKind::gauge)) found->value.store(value, std::memory_order_relaxed);
}

Health BackendReports::healthOf(std::string_view backend) const {
  const std::lock_guard lock(mutex_);
  const auto found = health_.find(backend);
  return found == health_.end() ? Health::up : found->second;
}

std::vector<BackendMetric> BackendReports::metrics() const {
  std::vector<BackendMetric> all;
  const std::size_t count = metricCount_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(metrics_[i].described);
    all.back().value = metrics_[i].value.load(std::memory_order_relaxed);
  }
  std::sort(all.begin(), all.end(), [](const BackendMetric& left, const BackendMetric& right) {
    return std::tie(left.name, left.backend) < std::tie(right.name, right.backend);
  });
  return all;
}

BackendReports::Metric* BackendReports::find(std::uint64_t handle, MetricKind kind) {
  if (handle == 0 || handle > metricCount_.load(std::memory_order_acquire)) return nullptr;
  Metric& metric = metrics_[static_cast<std::size_t>(handle - 1)];
  return metric.described.kind == kind ? &metric : nullptr;
}

}  // namespace larder::host
