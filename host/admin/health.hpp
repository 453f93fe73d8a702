// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_HEALTH_HPP
#define LARDER_ADMIN_HEALTH_HPP

#include <larder/backend.hpp>

#include <larder/http/response.hpp>
#include "logging/backend_reports.hpp"

namespace larder::host {

/// GET /healthz: 200 for as long as the process answers, with how its backend is: "up", "degraded" or "down".
/// A backend that is down is no reason to restart us: handlers answer without it. Asks the backend, and waits
/// for at most a quarter of a second.
http::Response healthz(Backend& backend, const BackendReports& reports);

}  // namespace larder::host

#endif
