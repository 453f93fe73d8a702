// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_EXTENSION_FIXTURE_HPP
#define LARDER_CONFORMANCE_EXTENSION_FIXTURE_HPP

#include "fixture.hpp"
#include "raw_backend.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace larder::conformance {

/// Fixture for suites about one extension. Accesses the backend without the SDK, which does not interpret
/// extensions. Skips the tests if the plugin lacks the extension.
class ExtensionTest : public Conformance {
 protected:
  explicit ExtensionTest(std::string_view id) : id_(id) {}

  void SetUp() override {
    Conformance::SetUp();
    raw_ = std::make_unique<RawBackend>(*subject().library, subject().settings);
    if (raw_->extension(id_) == nullptr) GTEST_SKIP() << "not declared: " << id_;
  }

  const RawBackend& raw() const { return *raw_; }

  larder_status rawSet(std::string_view key, std::string_view value,
                       std::chrono::milliseconds ttl = noExpiry) const {
    RawOp op(LARDER_OP_SET, space_, key, value);
    op.op().ttl_ms = ttl.count();
    return op.perform(raw());
  }

  /// Returns the value under a key, "<miss>", or the status as a number in angle brackets.
  std::string rawValueOf(std::string_view key) const {
    RawOp op(LARDER_OP_GET, space_, key);
    const auto status = op.perform(raw());
    if (status == LARDER_OK) return op.value();
    return status == LARDER_MISS ? "<miss>" : "<" + std::to_string(status) + ">";
  }

  /// These backends use the system's clock.
  static void sleep(std::chrono::milliseconds duration) { std::this_thread::sleep_for(duration); }

 private:
  std::string_view id_;
  std::unique_ptr<RawBackend> raw_;
};

}  // namespace larder::conformance

#endif
