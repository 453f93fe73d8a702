// SPDX-License-Identifier: Apache-2.0
#include "dashboard/dashboard.hpp"

#include <string>

#include "pages/page_response.hpp"

namespace larder::host {
namespace {

constexpr const char* kFiles[] = {"page.css",    "icon.svg",    "dashboard.css", "dashboard.js", "api.js",
                                  "elements.js", "charts.js",   "overview.js",   "tables.js",    "actions.js",
                                  "explain.js",  "activity.js", "entries.js"};

}  // namespace

void addDashboard(http::Endpoints& admin) {
  admin.get("/", [](const http::Request&) { return pages::page("dashboard.html"); });
  for (const std::string name : kFiles)
    admin.get("/" + name, [name](const http::Request&) { return pages::page(name); });
}

}  // namespace larder::host
