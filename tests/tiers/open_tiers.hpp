// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_OPEN_TIERS_HPP
#define LARDER_TESTS_OPEN_TIERS_HPP

#include <larder/backend.hpp>
#include <larder/tiers.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "flaky_controls.hpp"

namespace larder::tiers_test {

/// Opens lru in front of the flaky store; keys are in namespace "ns".
class OpenTiers {
 public:
  /// `services` is borrowed; null: those of a host that uses the system's clock.
  explicit OpenTiers(const TierOptions& options = {}, const BackendSettings& store = {},
                     HostServices* services = nullptr) {
    HostServices& of_host = services != nullptr ? *services : services_;
    auto l1 = Backend::open(PluginLibrary::load(LARDER_LRU_PLUGIN), "l1", {}, of_host);
    auto l2 = Backend::open(PluginLibrary::load(LARDER_FLAKY_PLUGIN), "l2", store, of_host);
    // The cast is safe: the plugin's object is not const, only the pointer to its extension is.
    controls_ = static_cast<FlakyControls*>(const_cast<void*>(l2->extension(kFlakyControls)));
    l2_ = l2.get();
    backend_ = openTiers("tiers", std::move(l1), std::move(l2), options, of_host);
  }

  Outcome perform(const Operation& operation) { return backend_->perform(operation, backend_->in(kLimit)); }
  Outcome get(std::string_view key) { return perform({.nameSpace = "ns", .key = key}); }
  std::optional<std::string> valueOf(std::string_view key) {
    const auto outcome = get(key);
    if (outcome.status != Status::ok) return std::nullopt;
    return std::string(outcome.value.view());
  }
  Status set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl = noExpiry) {
    return perform({.code = OpCode::set, .nameSpace = "ns", .key = key, .value = value, .ttl = ttl}).status;
  }
  Status erase(std::string_view key) {
    return perform({.code = OpCode::erase, .nameSpace = "ns", .key = key}).status;
  }
  Status clear() { return perform({.code = OpCode::clearNamespace, .nameSpace = "ns"}).status; }

  FlakyControls& store() { return *controls_; }
  Backend& backend() { return *backend_; }
  /// Returns the store without the tiers, as another host would use it.
  Backend& l2() { return *l2_; }

  static constexpr std::chrono::seconds kLimit{5};

 private:
  HostServices services_;
  FlakyControls* controls_ = nullptr;
  Backend* l2_ = nullptr;
  std::unique_ptr<Backend> backend_;
};

}  // namespace larder::tiers_test

#endif
