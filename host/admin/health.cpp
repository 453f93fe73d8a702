// SPDX-License-Identifier: Apache-2.0
#include "admin/health.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace larder::host {
namespace {

constexpr std::chrono::milliseconds kPingTimeout{250};

// Pings the backend, because its last report may be old: an idle connection does not notice that its server
// is gone.
std::string healthOf(Backend& backend, const BackendReports& reports) {
  const auto answer = backend.perform({.code = OpCode::ping}, backend.in(kPingTimeout));
  if (answer.status != Status::ok) return "down";
  return reports.healthOf(backend.name()) == Health::degraded ? "degraded" : "up";
}

}  // namespace

http::Response healthz(Backend& backend, const BackendReports& reports) {
  const nlohmann::ordered_json body{
      {"status", "ok"}, {"backend", {{"name", backend.name()}, {"health", healthOf(backend, reports)}}}};
  auto response = http::Response::json(body.dump());
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace larder::host
