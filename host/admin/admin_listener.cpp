// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_listener.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "admin/admin_token.hpp"
#include "dashboard/dashboard.hpp"

namespace larder::host {
namespace {

// More than the changes that may queue behind one that hangs in a plugin, so that other requests are still
// answered.
constexpr std::size_t kWorkers = 8;
constexpr std::size_t kQueue = 64;
constexpr std::size_t kMaxConnections = 1000;
constexpr std::size_t kMaxBody = 64 << 10;  // bytes
constexpr std::chrono::milliseconds kIdle{15'000};

std::optional<std::string> tokenOf(const AdminConfig& config) {
  auto token = adminToken(config);
  if (token) return token;
  if (!isLoopback(config.address))
    throw ConfigError("admin.address: \"" + config.address +
                      "\" can be reached from outside; set admin.token_file, or listen on 127.0.0.1");
  return std::nullopt;
}

http::Response readyz(bool ready) {
  return ready ? http::Response::json("{\"status\":\"ready\"}\n")
               : http::Response::json("{\"status\":\"not ready\"}\n", 503);
}

http::EventServerOptions optionsOf(const AdminConfig& config) {
  return {.key = "admin.address",
          .address = config.address,
          .loops = 1,
          .maxConnections = kMaxConnections,
          .limits = {.maxBody = kMaxBody},
          .deadlines = {.idle = kIdle}};
}

// Adds the headers common to all responses of the listener.
http::Response guarded(http::Response response) {
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace

AdminListener::AdminListener(const AdminConfig& config, const AdminParts& parts, const AdminPages& pages,
                             Faults& faults, const Logger& logger)
    : access_(tokenOf(config)), app_(parts.engine), workers_("larder-admin", kWorkers, kQueue) {
  app_.onFault(
      [&faults](std::string_view endpoint, std::string_view what) { faults.report(endpoint, what); });
  app_.get("/healthz", [page = pages.healthz](const http::Request&) { return page(); });
  app_.get("/readyz", [this](const http::Request&) { return readyz(ready_); });
  app_.get("/metrics", [page = pages.metrics](const http::Request&) { return page(); });
  addAdminApi(app_, parts);
  addDashboard(app_);
  try {
    server_ = std::make_unique<http::EventServer>(
        [this](http::Request&& request, http::Responder& responder) {
          answer(std::move(request), responder);
        },
        optionsOf(config));
  } catch (const std::runtime_error& error) {
    if (config.addressGiven) throw;
    logger.log(LogLevel::warning, "serve", "there is no admin listener", {{"reason", error.what()}});
    return;
  }
  logger.log(LogLevel::info, "serve", "the admin listener is ready", {{"address", server_->address()}});
}

void AdminListener::answer(http::Request&& request, http::Responder& responder) {
  if (auto refusal = access_.refusal(request)) return responder.respond(guarded(*std::move(refusal)));
  app_.handle(std::move(request), workers_, [respond = responder.later()](http::Response response) {
    respond(guarded(std::move(response)));
  });
}

}  // namespace larder::host
