// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_FIXTURE_HPP
#define LARDER_CONFORMANCE_FIXTURE_HPP

#include "capabilities.hpp"
#include "manual_clock.hpp"
#include "scale.hpp"
#include "subject.hpp"

#include <larder/backend.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

namespace larder {

inline void PrintTo(Status status, std::ostream* out) { *out << toString(status); }

namespace conformance {

using namespace std::chrono_literals;

/// A test that begins before the plugin was loaded.
class SubjectTest : public ::testing::Test {
 public:
  /// Set once. GoogleTest makes the fixtures, so there is no constructor to pass it through.
  static void setSubject(Subject* subject) { subject_ = subject; }

 protected:
  static Subject& subject() { return *subject_; }

 private:
  static inline Subject* subject_ = nullptr;
};

/// What most tests start from: one open backend, and a namespace that no other test uses, so that tests may
/// share a server in any order and at the same time.
class Conformance : public SubjectTest {
 protected:
  void SetUp() override;

  HostServices& services() { return subject().manualClock ? manual_ : system_; }
  Backend& backend() { return *backend_; }

  /// One more backend with the same settings.
  std::unique_ptr<Backend> openAnother();
  /// All of these LARDER_CAP_ bits.
  static bool hasCapability(std::uint64_t capabilities);
  /// What of these the plugin does not declare, as the reason of a skip; empty if it declares all.
  static std::string notDeclared(std::uint64_t capabilities);

  /// Lets time pass for the entries: by the manual clock at once, else by sleeping.
  void pass(std::chrono::milliseconds duration);
  /// Far enough away for any operation on a store that works.
  Deadline soon() { return backend().in(kSlowdown * 2s); }

  /// Of a key in the test's own namespace.
  Operation on(OpCode code, std::string_view key) const;
  Outcome perform(const Operation& operation) { return backend().perform(operation, soon()); }

  Outcome get(std::string_view key) { return perform(on(OpCode::get, key)); }
  Outcome set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl = noExpiry,
              OperationFlags flags = OperationFlags::none, std::uint64_t expected_version = 0);
  Outcome erase(std::string_view key) { return perform(on(OpCode::erase, key)); }
  Outcome touch(std::string_view key, std::chrono::milliseconds ttl);
  Outcome exists(std::string_view key) { return perform(on(OpCode::exists, key)); }
  Outcome ttl(std::string_view key) { return perform(on(OpCode::ttl, key)); }
  Outcome clear(std::string_view name_space);

  /// The value under a key, or the status in angle brackets: "<miss>".
  std::string valueOf(std::string_view key) { return valueOf(backend(), key); }
  std::string valueOf(Backend& backend, std::string_view key) const;
  static std::string shown(const Outcome& outcome);

  std::string space_;

 private:
  static std::uint64_t declaredCapabilities();

  HostServices system_;
  ManualServices manual_;
  std::unique_ptr<Backend> backend_;
};

/// Fixture of a suite whose every test needs these LARDER_CAP_ bits.
template <std::uint64_t Capabilities>
class ConformanceOf : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (!hasCapability(Capabilities)) GTEST_SKIP() << notDeclared(Capabilities);
  }
};

/// For single tests: the first line of a test that needs what not every backend has.
#define LARDER_NEEDS(capabilities) \
  if (!hasCapability(capabilities)) GTEST_SKIP() << notDeclared(capabilities)

}  // namespace conformance
}  // namespace larder

#endif
