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

/// A plugin was refused. The text is one line: the file, the problem and what to do.
class PluginError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The contents of a plugin's ELF note, read without running any of its code.
struct PluginNote {
  std::uint32_t abiMajor = 0;
  std::uint32_t abiMinor = 0;
  std::uint32_t minHostMinor = 0;
  std::string name;
  std::string version;
  std::string build;
  /// The URL schemes that it serves, from its second note, without invalid ones. Empty without that
  /// note.
  std::vector<std::string> schemes;

  /// Returns true if this plugin serves URLs of that lower-case scheme: `schemes` contains it, or `schemes`
  /// is empty and it is the plugin's name.
  bool serves(std::string_view scheme) const;
};

/// Returns true for a letter followed by letters, digits, `+`, `-` and `.`, all in lower case.
bool isUrlScheme(std::string_view text);

/// Reads the note of a shared library. Throws PluginError if the file is not a complete ELF library for this
/// machine, or has no Larder note.
PluginNote readPluginNote(const std::filesystem::path& file);

/// Returns why this host cannot load a plugin with that note, and what to do; empty if it can.
std::string incompatibility(const PluginNote& note);

/// Rules for a plugin's file beyond those that always apply; docs/plugins.md lists them all.
struct LoadRules {
  /// Turns warnings into refusals: a file, or a folder above it, that a group may write, or whose owner also
  /// owns the running program.
  bool strict = false;
  /// SHA-256 digests of the files that may be loaded, 64 hex digits each; empty: any file may be.
  std::vector<std::string> sha256{};
  /// Receives each warning: one line that begins with the file. If empty, warnings are dropped.
  std::function<void(std::string_view)> warn{};
};

/// One row of a plugin's options table.
struct PluginOption {
  std::string name;
  std::uint32_t type = LARDER_OPTION_STRING;  ///< LARDER_OPTION_
  bool required = false;
  bool secret = false;
  bool list = false;
  bool url = false;          ///< receives the part of a URL before its `?`
  std::string defaultValue;  ///< as written in a configuration
  std::string doc;
  std::int64_t min = 0;
  std::int64_t max = 0;  ///< checked if min < max
};

/// Returns the range of the numbers, or of a text's size, as written in a configuration, such as "1ms to
/// 60s"; empty if there is none.
std::string formatRange(const PluginOption& option);

/// A loaded plugin, shared by the backends opened from it. Thread-safe.
///
/// Its code stays mapped until the process ends, even after the last owner is gone, because unmapping a
/// library that had threads or thread-local destructors crashes later. To replace a plugin's file, rename a
/// new one over it; overwriting a loaded file in place kills the process (SIGBUS).
class PluginLibrary {
 public:
  /// Loads the file at `path`, which must be absolute. Checks its permissions, its note and its SHA-256
  /// first, so a file refused for one of them never runs. Throws PluginError.
  ///
  /// Keeps one file descriptor open per file; loading a file again costs none.
  static std::shared_ptr<const PluginLibrary> load(const std::filesystem::path& path,
                                                   const LoadRules& rules = {});

  /// Returns a plugin that is linked into the program, by its entry function, as <larder/plugin_lru.h>
  /// declares one. No file is checked. Throws PluginError.
  static std::shared_ptr<const PluginLibrary> linked(larder_entry entry);

  /// Returns the path of the file; "linked:NAME", which is not a file, for a linked plugin.
  const std::filesystem::path& file() const { return file_; }
  std::string_view name() const { return note_.name; }
  const PluginNote& note() const { return note_; }
  const std::vector<PluginOption>& options() const { return options_; }
  std::string_view vendor() const { return vendor_; }
  std::string_view license() const { return license_; }

  /// Returns the plugin's descriptor, validated, with missing members filled in. For Backend.
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

/// Returns the file of the plugin `name`: `name` itself if it is an absolute path, otherwise NAME.so in the
/// first of `directories` that has it. Reports later folders that also have it to `rules.warn`. Throws
/// PluginError, which names the places searched.
std::filesystem::path findPlugin(std::string_view name, const std::vector<std::filesystem::path>& directories,
                                 const LoadRules& rules = {});

}  // namespace larder

#endif
