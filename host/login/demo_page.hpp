// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_LOGIN_DEMO_PAGE_HPP
#define LARDER_LOGIN_DEMO_PAGE_HPP

#include <larder/http/response.hpp>

namespace larder::login {

/// GET /demo : a page that registers, logs in, writes into the session and logs out.
http::Response demoPage();
/// GET /demo.js : what the page does.
http::Response demoScript();

}  // namespace larder::login

#endif
