// SPDX-License-Identifier: Apache-2.0
#include "welcome/welcome.hpp"

#include <utility>

#include "pages/page_response.hpp"
#include "pages/page_text.hpp"

namespace larder::host {

http::Response welcomePage(std::string_view dashboard) {
  constexpr std::string_view begin = "<span id=\"dashboard\">";
  constexpr std::string_view end = "</span>";
  constexpr std::string_view address = "DASHBOARD";
  std::string text(pages::text("welcome.html"));
  const auto link = text.find(begin);
  if (dashboard.empty())
    text.erase(link, text.find(end, link) + end.size() - link);
  else
    text.replace(text.find(address, link), address.size(), pages::escaped(dashboard));
  return pages::page("welcome.html", std::move(text));
}

void addPageFiles(http::Endpoints& endpoints) {
  for (const std::string name : {"page.css", "icon.svg", "welcome.js"})
    endpoints.get("/" + name, [name](const http::Request&) { return pages::page(name); });
}

}  // namespace larder::host
