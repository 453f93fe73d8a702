// SPDX-License-Identifier: Apache-2.0
#include "describe.hpp"

#include "capabilities.hpp"
#include "protocol.hpp"
#include "raw_backend.hpp"
#include "report_pipe.hpp"
#include "scale.hpp"

#include <exception>
#include <string>
#include <string_view>

namespace larder::conformance {
namespace {

using namespace std::chrono_literals;

void tell(std::string_view name, std::string_view value) {
  report(record::fact, std::string(name) + "=" + std::string(value));
}

void tellDeclared(const RawBackend& backend) {
  for (const auto& [bit, name] : kCapabilities)
    tell((backend.table().capabilities & bit) != 0 ? fact::declared : fact::notDeclared, name);
  for (const auto id : kExtensions)
    tell(backend.extension(id) != nullptr ? fact::declared : fact::notDeclared, id);
}

void tellWhetherItAnswers(Backend& backend) {
  Operation ping;
  ping.code = OpCode::ping;
  const auto outcome = backend.perform(ping, backend.in(kSlowdown * 2s));
  if (outcome.status == Status::ok) return;
  tell(fact::unreachable,
       std::string(toString(outcome.status)) + (outcome.error.empty() ? "" : ": " + outcome.error));
}

}  // namespace

void describe(Subject& subject) {
  try {
    subject.load();
  } catch (const PluginError& error) {
    return tell(fact::refused, error.what());
  }
  try {
    HostServices services;
    tellWhetherItAnswers(*Backend::open(subject.library, "subject", subject.settings, services));
    tellDeclared(RawBackend(*subject.library, subject.settings));
  } catch (const SettingError& error) {
    tell(fact::misconfigured, error.what());
  } catch (const std::exception& error) {
    tell(fact::broken, error.what());
  }
}

}  // namespace larder::conformance
