// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_REDIS_OPEN_REDIS_HPP
#define LARDER_TESTS_REDIS_OPEN_REDIS_HPP

#include <larder/backend.hpp>
#include <larder/host_services.hpp>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "waiting/eventually.hpp"

namespace larder::redis_test {

using tests::eventually;

/// Records the health that the backend reports.
class HealthReports final : public HostServices {
 public:
  void health(std::string_view backend, Health health, std::string_view reason) override;

  /// Waits up to 20 s until `health` is reported after everything that an earlier call returned. Returns the
  /// reason, or nullopt.
  std::optional<std::string> await(Health health);

 private:
  std::mutex mutex_;
  std::condition_variable reported_;
  std::deque<std::pair<Health, std::string>> reports_;
};

/// One redis backend, as one host would have it. All keys are in namespace "ns".
class OpenRedis {
 public:
  explicit OpenRedis(const std::string& url, BackendSettings more = {});

  Status set(std::string_view key, std::string_view value);
  Status erase(std::string_view key) { return perform(OpCode::erase, key).status; }
  Outcome get(std::string_view key) { return perform(OpCode::get, key); }
  std::optional<std::string> valueOf(std::string_view key);
  Status clear() { return perform(OpCode::clearNamespace, {}).status; }

  HealthReports& health() { return services_; }
  Backend& backend() { return *backend_; }

 private:
  Outcome perform(OpCode code, std::string_view key);

  HealthReports services_;
  std::unique_ptr<Backend> backend_;
};

/// Returns redis-server's reply to a command of plain words, as sent over the wire.
std::string ask(std::uint16_t port, const std::string& command);

/// Returns redis-server's statistics of the commands that it has run.
std::string commandStatistics(std::uint16_t port);

/// Returns the string that redis-server stores under `key`, which has no spaces; nullopt if there is none.
std::optional<std::string> storedUnder(std::uint16_t port, const std::string& key);

/// Where the plugin stores the generation of "ns".
inline constexpr const char* generationKey = "larder:{2:ns}:generation";

/// Returns where the plugin currently stores `key` of "ns".
std::string entryKey(std::uint16_t port, const std::string& key);

}  // namespace larder::redis_test

#endif
