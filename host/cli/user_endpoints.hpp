// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CLI_USER_ENDPOINTS_HPP
#define LARDER_CLI_USER_ENDPOINTS_HPP

#include <chrono>

#include "endpoint/app.hpp"
#include "users/user_handlers.hpp"

namespace larder::host {

/// Declares the users' routes, what of them is cached for `expire`, and what their writes make stale.
/// A user who is erased is logged out first. `handlers` and `sessions` must outlive the app's last request.
void addUserEndpoints(http::App& app, users::UserHandlers& handlers, std::chrono::milliseconds expire,
                      SessionStore& sessions);

}  // namespace larder::host

#endif
