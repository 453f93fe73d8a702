// SPDX-License-Identifier: Apache-2.0
#include "admin/admin_listener.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "admin/admin_token.hpp"

namespace larder::host {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kMaxBody = 64 << 10;  // bytes

std::optional<std::string> tokenOf(const AdminConfig& config) {
  auto token = adminToken(config);
  if (token) return token;
  if (!isLoopback(config.address))
    throw ConfigError("admin.address: \"" + config.address +
                      "\" can be reached from outside; give admin.token_file, or listen on 127.0.0.1");
  return std::nullopt;
}

http::Response readyz(bool ready) {
  return ready ? http::Response::json("{\"status\":\"ready\"}\n")
               : http::Response::json("{\"status\":\"not ready\"}\n", 503);
}

}  // namespace

AdminListener::AdminListener(const AdminConfig& config, const AdminParts& parts, const AdminPages& pages,
                             Faults& faults, const Logger& logger)
    : access_(tokenOf(config)), app_(parts.engine) {
  app_.onFault(
      [&faults](std::string_view endpoint, std::string_view what) { faults.report(endpoint, what); });
  app_.get("/healthz", [page = pages.healthz](const http::Request&) { return page(); });
  app_.get("/readyz", [this](const http::Request&) { return readyz(ready_); });
  app_.get("/metrics", [page = pages.metrics](const http::Request&) { return page(); });
  addAdminApi(app_, parts);
  try {
    server_ = std::make_unique<http::PocoServer>(
        [this](http::Request request) { return answer(std::move(request)); },
        http::ServerOptions{
            .key = "admin.address", .address = config.address, .workers = kThreads, .maxBody = kMaxBody});
  } catch (const std::runtime_error& error) {
    if (config.addressGiven) throw;
    logger.log(LogLevel::warning, "serve", "there is no admin listener", {{"reason", error.what()}});
    return;
  }
  logger.log(LogLevel::info, "serve", "the admin listener is there", {{"address", server_->address()}});
}

http::Response AdminListener::answer(http::Request request) {
  auto response = access_.refusal(request);
  if (!response) response = app_.handle(std::move(request));
  response->headers.set("Cache-Control", "no-store");
  response->headers.set("X-Content-Type-Options", "nosniff");
  return *std::move(response);
}

}  // namespace larder::host
