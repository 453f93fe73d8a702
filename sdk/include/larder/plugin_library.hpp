// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_PLUGIN_LIBRARY_HPP
#define LARDER_PLUGIN_LIBRARY_HPP

#include <larder/abi.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// A plugin was refused. One line: the file, what is wrong, what to do.
class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a plugin's ELF note says, read without running any of its code.
struct PluginNote {
  std::uint32_t abiMajor = 0;
  std::uint32_t abiMinor = 0;
  std::uint32_t minHostMinor = 0;
  std::string name;
  std::string version;
  std::string build;
  /// Of the URLs that it serves, as its second note has them; those that are no scheme are left out. Empty
  /// without that note.
  std::vector<std::string> schemes;

  /// True if a URL of that scheme, in lower case, is for this plugin: `schemes` has it, or it is the name of
  /// a plugin that names none.
  bool serves(std::string_view scheme) const;
};

/// True for a letter followed by letters, digits, `+`, `-` and `.`, all in lower case.
bool isUrlScheme(std::string_view text);

/// Reads the note of a shared library. Throws PluginError if the file is not a whole ELF library for this
/// machine, or carries no Larder note.
PluginNote readPluginNote(const std::filesystem::path& file);

/// Why this host can't load a plugin with that note, and what to do; empty if it can.
std::string incompatibility(const PluginNote& note);

/// What a plugin's file must be like beyond what always holds: docs/plugins.md lists the rules.
struct LoadRules {
  /// Refuses what is a warning otherwise: a file or a folder above it that a group may write, or that
  /// somebody owns who also owns the running program.
  bool strict = false;
  /// SHA-256 of the files that may be loaded, 64 hex digits each; empty: all may.
  std::vector<std::string> sha256{};
  /// Takes a warning: one line, the file first. Without it warnings are dropped.
  std::function<void(std::string_view)> warn{};
};

/// One row of a plugin's options table.
struct PluginOption {
  std::string name;
  std::uint32_t type = LARDER_OPTION_STRING;  ///< LARDER_OPTION_
  bool required = false;
  bool secret = false;
  bool list = false;
  bool url = false;          ///< takes what a URL says before its `?`
  std::string defaultValue;  ///< as a person writes it
  std::string doc;
  std::int64_t min = 0;
  std::int64_t max = 0;  ///< checked if min < max
};

/// "1ms to 60s": the range of the numbers, or of a text's size, as a person writes it; empty if there is
/// none.
std::string formatRange(const PluginOption& option);

/// A loaded plugin. Thread-safe; shared by the backends that were opened from it.
///
/// Its code stays mapped until the process ends, also after the last owner has gone: unmapping a library
/// that had threads or thread-local destructors crashes later. To replace a plugin's file, rename a new
/// one over it; overwriting a loaded file in place kills the process (SIGBUS).
class PluginLibrary {
 public:
  /// Loads the file at `path`, which is absolute. Who could have written it, its note and its SHA-256 are
  /// judged first, so a file that is refused for them never runs. Throws PluginError.
  ///
  /// Costs one file descriptor for each file, which stays open; loading a file again costs none.
  static std::shared_ptr<const PluginLibrary> load(const std::filesystem::path& path,
                                                   const LoadRules& rules = {});

  /// A plugin that is linked into the program, by its entry function, as <larder/plugin_lru.h> declares one.
  /// It has no file to be judged. Throws PluginError.
  static std::shared_ptr<const PluginLibrary> linked(larder_entry entry);

  /// Of a linked plugin "linked:NAME", which is no file.
  const std::filesystem::path& file() const { return file_; }
  std::string_view name() const { return note_.name; }
  const PluginNote& note() const { return note_; }
  const std::vector<PluginOption>& options() const { return options_; }
  std::string_view vendor() const { return vendor_; }
  std::string_view license() const { return license_; }

  /// The plugin's descriptor, checked, with everything missing filled up. For Backend.
  const larder_plugin& descriptor() const { return descriptor_; }

 private:
  PluginLibrary() = default;
  void takeOver(const larder_plugin* raw);

  std::filesystem::path file_;
  PluginNote note_;
  std::string vendor_;
  std::string license_;
  std::vector<PluginOption> options_;
  larder_plugin descriptor_{};
};

/// Where `name` is: itself if it is an absolute path, else NAME.so in the first of `directories` that has
/// it; `rules.warn` hears of a later one that has it too. Throws PluginError naming the places it looked at.
std::filesystem::path findPlugin(std::string_view name, const std::vector<std::filesystem::path>& directories,
                                 const LoadRules& rules = {});

}  // namespace larder

#endif
