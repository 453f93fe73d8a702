// SPDX-License-Identifier: Apache-2.0
#include <larder/plugin_refusal.hpp>

#include <string_view>

#include "loading/plugin_checks.hpp"
#include "loading/plugin_digest.hpp"
#include "loading/plugin_place.hpp"

namespace larder {
namespace {

std::string versionText(std::uint32_t major, std::uint32_t minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

void judge(const PluginHeaders& headers, const PluginFile& file) {
  if (const auto why = incompatibility(headers.note); !why.empty()) file.refuse(why);
  if (headers.executableStack)
    file.refuse(
        "asks for an executable stack, which would weaken the whole process; link it with -z noexecstack");
}

}  // namespace

std::string incompatibility(const PluginNote& note) {
  if (note.abiMajor != LARDER_ABI_MAJOR)
    return "built for ABI " + versionText(note.abiMajor, note.abiMinor) + ", this host speaks " +
           std::to_string(LARDER_ABI_MAJOR) + ".x; rebuild it with the " + std::to_string(LARDER_ABI_MAJOR) +
           ".x SDK";
  if (note.minHostMinor > LARDER_ABI_MINOR)
    return "needs a host of ABI " + versionText(note.abiMajor, note.minHostMinor) +
           " or later, this one is " + versionText(LARDER_ABI_MAJOR, LARDER_ABI_MINOR) + "; update the host";
  return {};
}

PluginHeaders checkUnloaded(const PluginFile& file, const LoadRules& rules) {
  checkPlace(file, rules);
  auto headers = readPluginHeaders(file);
  judge(headers, file);
  checkDigest(file, rules.sha256);
  return headers;
}

std::string pluginRefusal(const std::filesystem::path& file, const LoadRules& rules) {
  if (!file.is_absolute()) return "is not an absolute path; plugins are never searched by the loader";
  try {
    checkUnloaded(PluginFile(file), rules);
    return {};
  } catch (const PluginError& error) {
    const std::string_view message(error.what());
    const auto prefix = file.string() + ": ";
    return std::string(message.starts_with(prefix) ? message.substr(prefix.size()) : message);
  }
}

}  // namespace larder
