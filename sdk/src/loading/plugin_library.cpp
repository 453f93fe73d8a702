// SPDX-License-Identifier: Apache-2.0
#include <larder/plugin_library.hpp>

#include <larder/spelling_suggestion.hpp>

#include <dlfcn.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include "loading/abi_bytes.hpp"
#include "loading/plugin_checks.hpp"
#include "loading/plugin_file.hpp"
#include "loading/plugin_mapping.hpp"

namespace larder {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& why) {
  throw PluginError(file.string() + ": " + why);
}

larder_entry openEntry(PluginFile& file) {
  void* symbol = ::dlsym(mapPlugin(file), LARDER_ENTRY_NAME);
  if (symbol == nullptr)
    file.refuse("has the note of a Larder plugin but does not export " LARDER_ENTRY_NAME "; export it");
  return reinterpret_cast<larder_entry>(symbol);
}

// Copies as much of the plugin's descriptor as both sides know.
larder_plugin copyDescriptor(const larder_plugin* raw, const PluginNote& note,
                             const std::filesystem::path& file) {
  if (raw == nullptr) refuse(file, LARDER_ENTRY_NAME " answered NULL; it must answer its descriptor");
  if (!LARDER_HAS(raw, larder_plugin, create) || raw->create == nullptr)
    refuse(file, "its descriptor is shorter than ABI " + std::to_string(LARDER_ABI_MAJOR) + ".0" +
                     " asks; set struct_size by sizeof and fill create");
  larder_plugin copy{};
  std::memcpy(&copy, raw, std::min<std::size_t>(raw->struct_size, sizeof copy));
  copy.struct_size = sizeof copy;
  if (copy.abi_major != note.abiMajor || viewOf(copy.name) != note.name ||
      viewOf(copy.version) != note.version)
    refuse(file,
           "its descriptor and its note differ in ABI, name or version; write both from the same source");
  return copy;
}

PluginOption copyOption(const larder_option* raw, std::uint32_t stride) {
  larder_option option{};
  std::memcpy(&option, raw, std::min<std::size_t>(stride, sizeof option));
  return {.name = std::string(viewOf(option.name)),
          .type = option.type,
          .required = (option.flags & LARDER_OPTION_REQUIRED) != 0,
          .secret = (option.flags & LARDER_OPTION_SECRET) != 0,
          .list = (option.flags & LARDER_OPTION_LIST) != 0,
          .url = (option.flags & LARDER_OPTION_URL) != 0,
          .defaultValue = std::string(viewOf(option.default_value)),
          .doc = std::string(viewOf(option.doc)),
          .min = option.min,
          .max = option.max};
}

std::vector<PluginOption> copyOptions(const larder_plugin& descriptor, const std::filesystem::path& file) {
  constexpr std::size_t least_stride = offsetof(larder_option, max) + sizeof(std::int64_t);
  if (descriptor.option_count > 0 &&
      (descriptor.options == nullptr || descriptor.option_stride < least_stride))
    refuse(file, "its options table is broken; set option_stride by sizeof(larder_option)");
  std::vector<PluginOption> options;
  const auto* row = reinterpret_cast<const char*>(descriptor.options);
  for (std::uint32_t i = 0; i < descriptor.option_count; ++i, row += descriptor.option_stride)
    options.push_back(copyOption(reinterpret_cast<const larder_option*>(row), descriptor.option_stride));
  return options;
}

// Returns "; did you mean "redis"?" with the name of an installed plugin, else what to do about the name.
std::string hintFor(std::string_view name, const std::vector<std::filesystem::path>& directories) {
  std::vector<std::string> present;
  for (const auto& directory : directories) {
    std::error_code unreadable;
    for (std::filesystem::directory_iterator at(directory, unreadable), end; !unreadable && at != end;
         at.increment(unreadable))
      if (at->path().extension() == ".so") present.push_back(at->path().stem().string());
  }
  const auto close = closeSpelling(name, present);
  return close.empty() ? "; install it there or give an absolute path" : close;
}

// Warns of plugins with the same name: the first one wins, and users who installed their own should not have
// to guess which one runs.
void warnOfOthers(const std::filesystem::path& chosen, const std::vector<std::filesystem::path>& candidates,
                  const LoadRules& rules) {
  for (const auto& other : candidates) {
    std::error_code unreadable;
    if (std::filesystem::equivalent(chosen, other, unreadable) || unreadable || !rules.warn) continue;
    rules.warn(other.string() + ": is not used, because " + chosen.string() +
               " has the same name and comes first; remove one, or give an absolute path");
  }
}

}  // namespace

std::shared_ptr<const PluginLibrary> PluginLibrary::load(const std::filesystem::path& path,
                                                         const LoadRules& rules) {
  if (!path.is_absolute()) refuse(path, "is not an absolute path; plugins are never searched by the loader");
  PluginFile file(path);
  auto headers = checkUnloaded(file, rules);

  // From here on the plugin's code runs.
  const std::shared_ptr<PluginLibrary> library(new PluginLibrary);
  library->file_ = path;
  library->note_ = std::move(headers.note);
  library->takeOver(openEntry(file)(LARDER_ABI_MINOR));
  return library;
}

std::shared_ptr<const PluginLibrary> PluginLibrary::linked(larder_entry entry) {
  const larder_plugin* const raw = entry(LARDER_ABI_MINOR);
  const std::shared_ptr<PluginLibrary> library(new PluginLibrary);
  library->file_ = "linked plugin";
  if (raw != nullptr && LARDER_HAS(raw, larder_plugin, build)) {
    library->file_ = "linked:" + std::string(viewOf(raw->name));
    library->note_ = {.abiMajor = raw->abi_major,
                      .abiMinor = raw->abi_minor,
                      .minHostMinor = raw->min_host_minor,
                      .name = std::string(viewOf(raw->name)),
                      .version = std::string(viewOf(raw->version)),
                      .build = std::string(viewOf(raw->build)),
                      .schemes = {}};
    if (const auto why = incompatibility(library->note_); !why.empty()) refuse(library->file_, why);
  }
  library->takeOver(raw);
  return library;
}

void PluginLibrary::takeOver(const larder_plugin* raw) {
  descriptor_ = copyDescriptor(raw, note_, file_);
  vendor_ = viewOf(descriptor_.vendor);
  license_ = viewOf(descriptor_.license);
  options_ = copyOptions(descriptor_, file_);
}

std::filesystem::path findPlugin(std::string_view name, const std::vector<std::filesystem::path>& directories,
                                 const LoadRules& rules) {
  std::filesystem::path path(name);
  if (path.is_absolute()) {
    if (!std::filesystem::exists(path)) refuse(path, "no such file; name an existing plugin");
    return path;
  }
  if (name.empty() || name.find('/') != std::string_view::npos)
    throw PluginError("plugin \"" + std::string(name) +
                      "\": neither a name nor an absolute path; write \"redis\" or \"/path/to/redis.so\"");
  std::string looked;
  std::vector<std::filesystem::path> candidates;
  for (const auto& directory : directories) {
    auto candidate = std::filesystem::absolute(directory) / (std::string(name) + ".so");
    if (std::filesystem::exists(candidate)) candidates.push_back(std::move(candidate));
    looked += (looked.empty() ? "" : ", ") + directory.string();
  }
  if (!candidates.empty()) {
    warnOfOthers(candidates.front(), candidates, rules);
    return candidates.front();
  }
  throw PluginError("plugin \"" + std::string(name) + "\": no " + std::string(name) + ".so in " +
                    (looked.empty() ? "any plugin directory (none is configured)" : looked) +
                    hintFor(name, directories));
}

}  // namespace larder
