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

namespace larder::redis_test {

/// Keeps what the backend reports of its health.
class HealthReports final : public HostServices {
 public:
  void health(std::string_view backend, Health health, std::string_view reason) override;

  /// Waits until `health` has been reported after everything that an earlier call has returned, 20 s at most;
  /// then its reason, or nullopt.
  std::optional<std::string> await(Health health);

 private:
  std::mutex mutex_;
  std::condition_variable reported_;
  std::deque<std::pair<Health, std::string>> reports_;
};

/// One redis backend, as one host would have it; all keys in namespace "ns".
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

/// Waits until the condition holds, for 60 s at most. Returns true if it does.
bool eventually(const std::function<bool()>& holds);

/// What redis-server answers to a command of plain words, as it comes over the wire.
std::string ask(std::uint16_t port, const std::string& command);

/// What redis-server tells of the commands that it has run.
std::string commandStatistics(std::uint16_t port);

/// The string that redis-server keeps under `key`, which has no spaces; nullopt if there is none.
std::optional<std::string> storedUnder(std::uint16_t port, const std::string& key);

/// Where the plugin keeps the generation of "ns".
inline constexpr const char* generationKey = "larder:{2:ns}:generation";

/// Where it keeps `key` of "ns" at present.
std::string entryKey(std::uint16_t port, const std::string& key);

}  // namespace larder::redis_test

#endif
