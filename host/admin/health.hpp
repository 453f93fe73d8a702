// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_HEALTH_HPP
#define LARDER_ADMIN_HEALTH_HPP

#include <larder/backend.hpp>

#include <larder/http/response.hpp>
#include "logging/backend_reports.hpp"

namespace larder::host {

/// GET /healthz: 200 as long as the process is alive, with the backend's health: "up", "degraded" or "down".
/// A backend that is down is no reason to restart the host, because handlers answer without it. Pings the
/// backend and blocks for at most a quarter of a second.
http::Response healthz(Backend& backend, const BackendReports& reports);

}  // namespace larder::host

#endif
