// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_DASHBOARD_DASHBOARD_HPP
#define LARDER_DASHBOARD_DASHBOARD_HPP

#include <larder/http/endpoints.hpp>

namespace larder::host {

/// Declares GET / and the files that this page loads. The page itself contains no data: it polls the JSON API
/// of the same listener, which enforces access.
void addDashboard(http::Endpoints& admin);

}  // namespace larder::host

#endif
