// SPDX-License-Identifier: Apache-2.0
//
// dlopen takes a name and opens it again, so between the checks and the mapping the name could come to refer
// to another file. /proc/PID/fd/N names the descriptor that was checked. This has two pitfalls:
//   - glibc compares names before files, and remembers each name that a library was opened by. If N were
//     closed and reused for another file, dlopen of that other plugin would return the first one's code. So N
//     stays open until the process ends. A file that is mapped already is opened by its first name, because
//     otherwise each load would cost a descriptor.
//   - The name contains the process number, not "self", because the sanitizers' symbolizer, a separate
//     process, opens the name to find the symbols.
#include "loading/plugin_mapping.hpp"

#include <dlfcn.h>
#include <link.h>

#include <charconv>
#include <string_view>
#include <system_error>

namespace larder {
namespace {

constexpr int kFlags = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE;

// Returns the prefix of descriptor names. The process number comes from /proc, because it differs from
// getpid() if /proc was mounted for another PID namespace.
std::string descriptorNames(const PluginFile& file) {
  std::error_code error;
  const auto process = std::filesystem::read_symlink("/proc/self", error);
  if (error)
    file.refuse("cannot be loaded, because /proc is not mounted (" + error.message() + "); mount it");
  return "/proc/" + process.string() + "/fd/";
}

struct Search {
  const struct stat& wanted;
  std::string_view prefix;
  std::string found{};
};

// Called with each mapped library. Only the loader's own list cannot be out of date.
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

// Returns NULL if that file is not mapped.
void* findMapped(const PluginFile& file, std::string_view names) {
  Search search{.wanted = file.status(), .prefix = names};
  if (::dl_iterate_phdr(isMappedFrom, &search) == 0) return nullptr;
  // NOLOAD: the mapping just found may belong to a load on another thread that is about to fail.
  return ::dlopen(search.found.c_str(), kFlags | RTLD_NOLOAD);
}

// dlerror() begins with the name passed to dlopen, which means nothing to a user.
std::string loaderMessage(const std::string& name) {
  const char* message = ::dlerror();
  if (message == nullptr) return "the loader gives no reason";
  const std::string_view text(message);
  return std::string(text.starts_with(name + ": ") ? text.substr(name.size() + 2) : text);
}

}  // namespace

void* mapPlugin(PluginFile& file) {
  const auto names = descriptorNames(file);
  if (void* mapped = findMapped(file, names); mapped != nullptr) return mapped;

  const auto name = names + std::to_string(file.descriptor());
  void* library = ::dlopen(name.c_str(), kFlags);
  if (library == nullptr) file.refuse("cannot be loaded: " + loaderMessage(name));
  file.keepOpen();
  return library;
}

}  // namespace larder
