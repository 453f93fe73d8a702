// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PAGES_PAGE_TEXT_HPP
#define LARDER_PAGES_PAGE_TEXT_HPP

#include <string_view>

namespace larder::pages {

/// Returns the contents of a file that the build embeds into the program (host/CMakeLists.txt lists them).
/// `name` has no folder: "page.css". The contents stay valid for the life of the program. Throws
/// std::out_of_range for other names.
std::string_view text(std::string_view name);

}  // namespace larder::pages

#endif
