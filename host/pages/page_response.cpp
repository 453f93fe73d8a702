// SPDX-License-Identifier: Apache-2.0
#include "pages/page_response.hpp"

#include <stdexcept>
#include <utility>

#include "pages/page_text.hpp"

namespace larder::pages {
namespace {

constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

const char* typeOf(std::string_view name) {
  const auto ending = name.substr(name.rfind('.') + 1);
  if (ending == "html") return "text/html; charset=utf-8";
  if (ending == "css") return "text/css; charset=utf-8";
  if (ending == "js") return "text/javascript; charset=utf-8";
  if (ending == "svg") return "image/svg+xml";
  throw std::invalid_argument(std::string(name) + ": the pages use no files of this type");
}

}  // namespace

http::Response page(std::string_view name) { return page(name, std::string(text(name))); }

http::Response page(std::string_view name, std::string text) {
  return {200,
          {{"Content-Type", typeOf(name)},
           {"Content-Security-Policy", kPolicy},
           {"X-Content-Type-Options", "nosniff"},
           {"Referrer-Policy", "no-referrer"}},
          std::move(text)};
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  }
  return safe;
}

}  // namespace larder::pages
