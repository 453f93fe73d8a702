// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_LRU_OPEN_CACHE_HPP
#define LARDER_TESTS_LRU_OPEN_CACHE_HPP

#include "conformance/manual_clock.hpp"

#include <larder/backend.hpp>
#include <larder/sizing.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::lru_test {

using Settings = std::map<std::string, std::string>;

/// One lru backend with a clock that the test moves. All keys are in one namespace unless stated otherwise.
class OpenCache {
 public:
  /// Throws SettingError.
  explicit OpenCache(const Settings& settings);

  Status set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl = noExpiry,
             std::string_view name_space = "ns");
  Outcome get(std::string_view key);
  bool has(std::string_view key);
  Status touch(std::string_view key, std::chrono::milliseconds ttl);
  Status clear(std::string_view name_space);
  Outcome perform(OpCode code, std::string_view key);

  void advance(std::chrono::milliseconds duration) { services_.time.advance(duration); }
  larder_stats stats() const { return backend_->stats(); }
  std::optional<Sizing> sizing() const { return larder::sizing(*backend_); }
  std::uint64_t maxValueSize() const { return backend_->maxValueSize(); }
  /// Returns the warnings logged, in order.
  const std::vector<std::string>& logged() const { return services_.lines; }

 private:
  struct Services : HostServices {
    const Clock& clock() const override { return time; }
    void log(LogLevel level, std::string_view, std::string_view message) override {
      if (level >= LogLevel::warning) lines.emplace_back(message);
    }
    conformance::ManualClock time;
    std::vector<std::string> lines;
  };

  Services services_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace larder::lru_test

#endif
