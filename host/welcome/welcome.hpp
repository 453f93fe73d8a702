// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_WELCOME_WELCOME_HPP
#define LARDER_WELCOME_WELCOME_HPP

#include <string>
#include <string_view>

#include <larder/http/endpoints.hpp>
#include <larder/http/response.hpp>

namespace larder::host {

/// Returns the page for GET / of the main listener: what this host is, its endpoints, and buttons that try
/// them. Links to `dashboard`, "host:port", unless that is empty.
http::Response welcomePage(std::string_view dashboard);

/// Declares the files that this page and /demo load.
void addPageFiles(http::Endpoints& endpoints);

}  // namespace larder::host

#endif
