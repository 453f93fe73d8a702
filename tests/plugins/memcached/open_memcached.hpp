// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_MEMCACHED_OPEN_MEMCACHED_HPP
#define LARDER_TESTS_MEMCACHED_OPEN_MEMCACHED_HPP

#include <larder/backend.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::memcached_test {

/// Records the health that the backend reports.
class ObservedServices final : public HostServices {
 public:
  void health(std::string_view, Health health, std::string_view reason) override {
    const std::lock_guard lock(mutex_);
    reports_.emplace_back(health, reason);
  }
  std::vector<std::pair<Health, std::string>> reports() const {
    const std::lock_guard lock(mutex_);
    return reports_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<Health, std::string>> reports_;
};

/// One memcached backend. All keys are in namespace "ns".
class OpenMemcached {
 public:
  explicit OpenMemcached(const std::vector<std::string>& servers, BackendSettings settings = {});

  Status set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl = noExpiry);
  Outcome get(std::string_view key) { return perform(OpCode::get, key); }
  std::optional<std::string> valueOf(std::string_view key);
  Status clear() { return perform(OpCode::clearNamespace, {}).status; }
  Status ping() { return perform(OpCode::ping, {}).status; }

  Backend& backend() { return *backend_; }
  const ObservedServices& services() const { return services_; }

 private:
  Outcome perform(OpCode code, std::string_view key);

  ObservedServices services_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace larder::memcached_test

#endif
