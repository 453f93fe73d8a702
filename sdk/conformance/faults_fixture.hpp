// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_FAULTS_FIXTURE_HPP
#define LARDER_CONFORMANCE_FAULTS_FIXTURE_HPP

#include "fault_proxy.hpp"
#include "fixture.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace larder::conformance {

/// Puts a FaultProxy in front of each server named in the plugin's options, before the backend opens.
class Faults : public Conformance {
 protected:
  void SetUp() override;

  void forward() { onEach(&FaultProxy::forward); }
  void refuse() { onEach(&FaultProxy::refuse); }
  void reset() { onEach(&FaultProxy::reset); }
  void pause() { onEach(&FaultProxy::pause); }
  void cutRepliesAfter(std::size_t bytes) { onEach(&FaultProxy::cutRepliesAfter, bytes); }
  void replaceReplies(const std::string& garbage) { onEach(&FaultProxy::replaceReplies, garbage); }
  void passRepliesByteByByte() { onEach(&FaultProxy::passRepliesByteByByte); }
  void delayReplies(std::chrono::milliseconds delay) { onEach(&FaultProxy::delayReplies, delay); }

  /// Returns true if the status says only that a server refused or dropped the connection.
  static bool tellsAnOutage(Status status) {
    return status == Status::unavailable || status == Status::unknownResult;
  }

  /// Retries until a SET succeeds; returns false if none does within 5 s.
  bool recovers();

  Outcome performWithin(const Operation& operation, std::chrono::milliseconds timeout) {
    return backend().perform(operation, backend().in(timeout));
  }
  /// Sets the key "k" through a backend other than the test's own.
  Outcome setOn(Backend& backend, std::string_view value,
                std::chrono::milliseconds timeout = kSlowdown * 2s) const {
    Operation write = on(OpCode::set, "k");
    write.value = value;
    return backend.perform(write, backend.in(timeout));
  }
  Outcome getWithin(std::string_view key, std::chrono::milliseconds timeout) {
    return performWithin(on(OpCode::get, key), timeout);
  }

 private:
  template <class Method, class... Arguments>
  void onEach(Method method, const Arguments&... arguments) {
    for (const auto& proxy : proxies_) ((*proxy).*method)(arguments...);
  }

  void putProxiesInto(BackendSettings& settings);
  std::string replaced(const std::string& value);

  std::vector<std::unique_ptr<FaultProxy>> proxies_;
};

}  // namespace larder::conformance

#endif
