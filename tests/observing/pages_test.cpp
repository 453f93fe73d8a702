// SPDX-License-Identifier: Apache-2.0
//
// The pages embedded in the program.
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <larder/http/app.hpp>
#include "dashboard/dashboard.hpp"
#include "pages/page_response.hpp"
#include "pages/page_text.hpp"
#include "serve/session_endpoints.hpp"
#include "welcome/welcome.hpp"

namespace larder::host {
namespace {

// Returns the paths that HTML and scripts load: src, href and import, with a leading slash.
std::vector<std::string> loadedBy(std::string_view text) {
  static const std::regex reference(
      R"re((?:<(?:script|link)[^>]*(?:src|href)=|from )["']\.?(/[^"']*)["'])re");
  std::vector<std::string> all;
  const std::string copy(text);
  for (auto found = std::sregex_iterator(copy.begin(), copy.end(), reference);
       found != std::sregex_iterator(); ++found)
    all.push_back((*found)[1]);
  return all;
}

std::string bodyOf(const http::Endpoints& endpoints, const std::string& path) {
  auto request = http::Request::of("GET", path);
  const auto match = endpoints.router().match(request);
  return match.endpoint == nullptr ? std::string() : match.endpoint->handler(request).body;
}

// Follows all loads from `path`, recursively; returns all loaded paths.
std::vector<std::string> loadedFrom(const http::Endpoints& endpoints, const std::string& path) {
  std::vector<std::string> all{path};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto body = bodyOf(endpoints, all[i]);
    EXPECT_FALSE(body.empty()) << all[i] << " is loaded and not served";
    for (auto& next : loadedBy(body))
      if (std::find(all.begin(), all.end(), next) == all.end()) all.push_back(std::move(next));
  }
  return all;
}

TEST(Pages, ServeEveryFileThatTheDashboardLoads) {
  http::Endpoints admin;
  addDashboard(admin);

  EXPECT_GE(loadedFrom(admin, "/").size(), 10u);
}

TEST(Pages, ServeEveryFileThatTheWelcomePageAndTheDemoLoad) {
  http::Endpoints endpoints;
  endpoints.get("/", [](const http::Request&) { return welcomePage("127.0.0.1:9090"); });
  addPageFiles(endpoints);
  const auto none = [](const http::Request&) { return http::Response{}; };
  addSessionEndpoints(endpoints,
                      {.login = none, .current = none, .change = none, .logout = none, .revoke = none});

  EXPECT_EQ(loadedFrom(endpoints, "/").size(), 4u);
  EXPECT_EQ(loadedFrom(endpoints, "/demo").size(), 4u);
}

// Keys, tags and paths come from clients: a page that inserted them as HTML would run a client's script.
TEST(Pages, InsertTextsOnlyAsText) {
  for (const std::string name : {"dashboard.js", "api.js", "elements.js", "charts.js", "overview.js",
                                 "tables.js", "actions.js", "explain.js", "welcome.js", "demo.js"})
    for (const std::string way :
         {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc"})
      EXPECT_EQ(pages::text(name).find(way), std::string_view::npos) << name << " uses " << way;
}

TEST(Pages, ForbidForeignAndInlineScripts) {
  for (const std::string name : {"dashboard.html", "welcome.html", "demo.html"}) {
    const auto response = pages::page(name);
    const auto policy = std::string(response.headers.get("Content-Security-Policy").value_or(""));
    EXPECT_TRUE(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';")) << name;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << name;
    EXPECT_EQ(policy.find("unsafe"), std::string::npos) << name;
    EXPECT_EQ(response.body.find("style=\""), std::string::npos)
        << name << ": the policy blocks inline styles";
    EXPECT_EQ(response.body.find("<script>"), std::string::npos)
        << name << ": the policy blocks inline scripts";
  }
}

TEST(Pages, LinkTheDashboardOnlyIfAsked) {
  const auto linked = welcomePage("127.0.0.1:\"<script>").body;
  const auto plain = welcomePage("").body;

  EXPECT_NE(linked.find("<a href=\"http://127.0.0.1:&quot;&lt;script&gt;/\">Dashboard</a>"),
            std::string::npos);
  EXPECT_EQ(plain.find("Dashboard"), std::string::npos);
  EXPECT_NE(plain.find("</main>"), std::string::npos);
}

TEST(Pages, AreOnlyTheEmbeddedOnes) { EXPECT_THROW(pages::text("users.db"), std::out_of_range); }

}  // namespace
}  // namespace larder::host
