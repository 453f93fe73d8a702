// SPDX-License-Identifier: Apache-2.0
#include "open_redis.hpp"

#include "servers/loopback.hpp"

#include <chrono>
#include <new>
#include <thread>

namespace larder::redis_test {
namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::seconds longestChange{20};

}  // namespace

void HealthReports::health(std::string_view /*backend*/, Health health, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  // The one failure that a test injects is meant for the plugin, not for the host.
  try {
    reports_.emplace_back(health, reason);
  } catch (const std::bad_alloc&) {
    reports_.emplace_back(health, reason);
  }
  reported_.notify_all();
}

std::optional<std::string> HealthReports::await(Health health) {
  std::unique_lock lock(mutex_);
  const auto end = std::chrono::steady_clock::now() + longestChange;
  while (true) {
    while (!reports_.empty()) {
      auto [state, reason] = std::move(reports_.front());
      reports_.pop_front();
      if (state == health) return reason;
    }
    if (reported_.wait_until(lock, end) == std::cv_status::timeout && reports_.empty()) return std::nullopt;
  }
}

OpenRedis::OpenRedis(const std::string& url, BackendSettings more) {
  more["url"] = {url};
  backend_ = Backend::open(PluginLibrary::load(LARDER_REDIS_PLUGIN), "redis", more, services_);
}

Status OpenRedis::set(std::string_view key, std::string_view value) {
  Operation operation;
  operation.code = OpCode::set;
  operation.nameSpace = "ns";
  operation.key = key;
  operation.value = value;
  return backend_->perform(operation, backend_->in(patience)).status;
}

std::optional<std::string> OpenRedis::valueOf(std::string_view key) {
  const Outcome outcome = get(key);
  if (outcome.status != Status::ok) return std::nullopt;
  return std::string(outcome.value.view());
}

Outcome OpenRedis::perform(OpCode code, std::string_view key) {
  Operation operation;
  operation.code = code;
  operation.nameSpace = "ns";
  operation.key = key;
  return backend_->perform(operation, backend_->in(patience));
}

std::string ask(std::uint16_t port, const std::string& command) {
  return servers::askLoopback(port, command + "\r\n", patience);
}

std::string commandStatistics(std::uint16_t port) {
  return servers::exchange(port, "INFO commandstats\r\nQUIT\r\n", patience);
}

std::optional<std::string> storedUnder(std::uint16_t port, const std::string& key) {
  const std::string reply = ask(port, "GET " + key);
  const auto begin = reply.find("\r\n");
  if (!reply.starts_with('$') || reply.starts_with("$-1") || begin == std::string::npos) return std::nullopt;
  return reply.substr(begin + 2, reply.size() - begin - 4);
}

std::string entryKey(std::uint16_t port, const std::string& key) {
  return "larder:{2:ns}:" + storedUnder(port, generationKey).value_or("(no generation)") + ":" + key;
}

}  // namespace larder::redis_test
