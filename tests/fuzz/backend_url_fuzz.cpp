// SPDX-License-Identifier: Apache-2.0
//
// Backends by URL: any bytes are parsed or refused with a SettingError, and no error quotes what could be a
// password.
#include <larder/backend_url.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using larder::BackendUrl;

const std::vector<larder::PluginOption> kOneUrl{{.name = "url", .url = true, .defaultValue = "", .doc = ""}};
const std::vector<larder::PluginOption> kList{
    {.name = "servers", .list = true, .url = true, .defaultValue = "", .doc = ""}};

void require(bool holds) {
  if (!holds) std::abort();
}

constexpr std::string_view kSecret = "geheim";

void tryOut(std::string_view text) {
  try {
    const auto url = BackendUrl::parse(text);
    require(url.scheme().empty() != url.plugin().empty());
    require(url.scheme().empty() || larder::isUrlScheme(url.scheme()));
    require(BackendUrl::parse(text) == url);
    for (const auto* table : {&kOneUrl, &kList}) {
      for (const auto& [name, values] : url.settings(*table)) {
        require(!name.empty() && !values.empty());
        for (const auto& value : values) require(value.find('\0') == std::string::npos);
      }
    }
  } catch (const larder::SettingError& error) {
    require(std::string_view(error.what()).find(kSecret) == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find(kSecret) != std::string_view::npos) return 0;  // there it could be a name, which is told
  tryOut(text);
  tryOut("redis://user:" + std::string(kSecret) + std::string(text));
  return 0;
}
