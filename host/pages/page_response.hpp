// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PAGES_PAGE_RESPONSE_HPP
#define LARDER_PAGES_PAGE_RESPONSE_HPP

#include <string>
#include <string_view>

#include <larder/http/response.hpp>

namespace larder::pages {

/// Returns a 200 with an embedded file, whose type follows from the ending of its name: html, css, js or svg.
/// The browser may run and load only content of the same origin, shows the page in no frame, and runs no
/// inline script or style. Throws std::out_of_range if there is no such file, std::invalid_argument for
/// another ending.
http::Response page(std::string_view name);

/// Returns the same with another text, for a page whose content is known only at run time.
http::Response page(std::string_view name, std::string text);

/// Returns `text` escaped for HTML, also for use within an attribute's quotes.
std::string escaped(std::string_view text);

}  // namespace larder::pages

#endif
