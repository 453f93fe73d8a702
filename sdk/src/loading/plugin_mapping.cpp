// SPDX-License-Identifier: Apache-2.0
//
// dlopen takes a name and opens it again, so between the checks and the mapping another file could come to
// that name. /proc/PID/fd/N is a name of the descriptor that was checked. Two traps come with it:
//   - glibc compares names before files, and remembers each name that a library was opened by. If N were
//     closed and given to another file, that other plugin's dlopen would answer the first one's code. So N
//     stays open for good, and a file that is mapped already is opened by the name of its first time, lest
//     each load cost a descriptor.
//   - It is the number of the process, not "self": the sanitizers' symbolizer, which is a process of its own,
//     opens the name to find the symbols.
#include "loading/plugin_mapping.hpp"

#include <dlfcn.h>
#include <link.h>

#include <charconv>
#include <string_view>
#include <system_error>

namespace larder {
namespace {

constexpr int kFlags = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;

// Read from /proc, whose numbers differ from getpid() where it was mounted for another PID namespace.
std::string descriptorNames(const PluginFile& file) {
  std::error_code error;
  const auto process = std::filesystem::read_symlink("/proc/self", error);
  if (error) file.refuse("can't be loaded, because /proc is not there (" + error.message() + "); mount it");
  return "/proc/" + process.string() + "/fd/";
}

struct Search {
  const struct stat& wanted;
  std::string_view prefix;
  std::string found{};
};

// Called with each mapped library. The loader's own list is the one that can't be out of date.
int isMappedFrom(dl_phdr_info* library, std::size_t /*size*/, void* data) {
  auto& search = *static_cast<Search*>(data);
  const std::string_view name(library->dlpi_name);
  if (!name.starts_with(search.prefix)) return 0;
  const auto number = name.substr(search.prefix.size());
  int descriptor = -1;
  std::from_chars(number.data(), number.data() + number.size(), descriptor);
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return 0;
  if (status.st_dev != search.wanted.st_dev || status.st_ino != search.wanted.st_ino) return 0;
  search.found = name;
  return 1;
}

// NULL if that file is not mapped.
void* findMapped(const PluginFile& file, std::string_view names) {
  Search search{.wanted = file.status(), .prefix = names};
  if (::dl_iterate_phdr(isMappedFrom, &search) == 0) return nullptr;
  // NOLOAD: the mapping that was just seen may be one that fails, on another thread.
  return ::dlopen(search.found.c_str(), kFlags | RTLD_NOLOAD);
}

// dlerror() begins with the name that we gave, which tells a person nothing.
std::string loaderMessage(const std::string& name) {
  const char* message = ::dlerror();
  if (message == nullptr) return "for no reason that the loader tells";
  const std::string_view text(message);
  return std::string(text.starts_with(name + ": ") ? text.substr(name.size() + 2) : text);
}

}  // namespace

void* mapPlugin(PluginFile& file) {
  const auto names = descriptorNames(file);
  if (void* mapped = findMapped(file, names); mapped != nullptr) return mapped;

  const auto name = names + std::to_string(file.descriptor());
  void* library = ::dlopen(name.c_str(), kFlags);
  if (library == nullptr) file.refuse("can't be loaded: " + loaderMessage(name));
  file.keepOpen();
  return library;
}

}  // namespace larder
