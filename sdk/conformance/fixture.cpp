// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "raw_backend.hpp"

#include <thread>

namespace larder::conformance {

void Conformance::SetUp() {
  subject().load();
  space_ = subject().run + "." + ::testing::UnitTest::GetInstance()->current_test_info()->name();
  backend_ = openAnother();
}

std::unique_ptr<Backend> Conformance::openAnother() {
  return Backend::open(subject().library, "subject", subject().settings, services());
}

std::uint64_t Conformance::declaredCapabilities() {
  static const std::uint64_t capabilities =
      RawBackend(*subject().library, subject().settings).table().capabilities;
  return capabilities;
}

bool Conformance::hasCapability(std::uint64_t capabilities) {
  return (declaredCapabilities() & capabilities) == capabilities;
}

std::string Conformance::notDeclared(std::uint64_t capabilities) {
  const auto missing = missingOf(capabilities, declaredCapabilities());
  return missing.empty() ? "" : "not declared: " + missing;
}

void Conformance::pass(std::chrono::milliseconds duration) {
  if (subject().manualClock) return manual_.advance(duration);
  std::this_thread::sleep_for(duration);
}

Operation Conformance::on(OpCode code, std::string_view key) const {
  Operation operation;
  operation.code = code;
  operation.nameSpace = space_;
  operation.key = key;
  return operation;
}

Outcome Conformance::set(std::string_view key, std::string_view value, std::chrono::milliseconds ttl,
                         OperationFlags flags, std::uint64_t expected_version) {
  Operation operation = on(OpCode::set, key);
  operation.value = value;
  operation.ttl = ttl;
  operation.flags = flags;
  operation.expectedVersion = expected_version;
  return perform(operation);
}

Outcome Conformance::touch(std::string_view key, std::chrono::milliseconds ttl) {
  Operation operation = on(OpCode::touch, key);
  operation.ttl = ttl;
  return perform(operation);
}

Outcome Conformance::clear(std::string_view name_space) {
  Operation operation;
  operation.code = OpCode::clearNamespace;
  operation.nameSpace = name_space;
  return perform(operation);
}

std::string Conformance::valueOf(Backend& backend, std::string_view key) const {
  return shown(backend.perform(on(OpCode::get, key), backend.in(kSlowdown * 2s)));
}

std::string Conformance::shown(const Outcome& outcome) {
  if (outcome.status == Status::ok) return std::string(outcome.value.view());
  return "<" + std::string(toString(outcome.status)) + ">";
}

}  // namespace larder::conformance
