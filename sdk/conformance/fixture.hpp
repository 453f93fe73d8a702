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

/// A test that starts before the plugin is loaded.
class SubjectTest : public ::testing::Test {
 public:
  /// Set once. GoogleTest constructs the fixtures, so the subject cannot be a constructor argument.
  static void setSubject(Subject* subject) { subject_ = subject; }

 protected:
  static Subject& subject() { return *subject_; }

 private:
  static inline Subject* subject_ = nullptr;
};

/// The fixture of most tests: one open backend and a namespace that no other test uses, so tests may share a
/// server, in any order and concurrently.
class Conformance : public SubjectTest {
 protected:
  void SetUp() override;

  HostServices& services() { return subject().manualClock ? manual_ : system_; }
  Backend& backend() { return *backend_; }

  /// Opens another backend with the same settings.
  std::unique_ptr<Backend> openAnother();
  /// Returns true if the plugin declares all of these LARDER_CAP_ bits.
  static bool hasCapability(std::uint64_t capabilities);
  /// Returns the bits that the plugin does not declare, as the reason for a skip; empty if it declares all.
  static std::string notDeclared(std::uint64_t capabilities);

  /// Lets time pass for the entries: advances the manual clock if there is one, otherwise sleeps.
  void pass(std::chrono::milliseconds duration);
  /// A deadline that any operation on a working store meets.
  Deadline soon() { return backend().in(kSlowdown * 2s); }

  /// Returns an operation on a key in the test's own namespace.
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

  /// Returns the value under a key, or the status in angle brackets: "<miss>".
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

/// Fixture for suites in which every test needs these LARDER_CAP_ bits.
template <std::uint64_t Capabilities>
class ConformanceOf : public Conformance {
 protected:
  void SetUp() override {
    Conformance::SetUp();
    if (!hasCapability(Capabilities)) GTEST_SKIP() << notDeclared(Capabilities);
  }
};

/// The first line of a single test that needs optional capabilities; skips the test without them.
#define LARDER_NEEDS(capabilities) \
  if (!hasCapability(capabilities)) GTEST_SKIP() << notDeclared(capabilities)

}  // namespace conformance
}  // namespace larder

#endif
