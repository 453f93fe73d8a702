// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PAGES_PAGE_RESPONSE_HPP
#define LARDER_PAGES_PAGE_RESPONSE_HPP

#include <string>
#include <string_view>

#include <larder/http/response.hpp>

namespace larder::pages {

/// 200 with an embedded file, its type by the name's ending: html, css, js or svg. The browser may run and
/// load only what comes from the same origin, shows the page in no frame, and runs no inline script or style.
/// Throws std::out_of_range if there is no such file, std::invalid_argument for another ending.
http::Response page(std::string_view name);

/// The same with another text, of a page that holds what is known only at run time.
http::Response page(std::string_view name, std::string text);

/// `text` as HTML shows it, also within an attribute's quotes.
std::string escaped(std::string_view text);

}  // namespace larder::pages

#endif
