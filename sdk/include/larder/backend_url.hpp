// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_URL_HPP
#define LARDER_BACKEND_URL_HPP

#include <larder/backend_settings.hpp>
#include <larder/plugin_library.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// Where plugins are looked for by name or scheme, and what their files must be like.
///
/// LARDER_PLUGIN_DIRECTORY is the folder of the SDK's own plugins; find_package(larder) defines it for
/// programs.
#ifndef LARDER_PLUGIN_DIRECTORY
#define LARDER_PLUGIN_DIRECTORY ""
#endif
struct PluginSearch {
  explicit PluginSearch(std::string_view sdk_directory = LARDER_PLUGIN_DIRECTORY);

  /// The first that has the plugin counts. At first: the parts of the environment's LARDER_PLUGIN_PATH, which
  /// colons separate and of which an empty one is skipped; lib/larder/plugins beside the folder of the
  /// running program; that of the prefix that the SDK was installed to.
  std::vector<std::filesystem::path> directories;
  LoadRules rules{};

  /// Plugins that are linked into the program (PluginLibrary::linked). They come before all files.
  std::vector<std::shared_ptr<const PluginLibrary>> linked{};
};

/// The folders of PluginSearch. `path_variable` is the value of LARDER_PLUGIN_PATH.
std::vector<std::filesystem::path> pluginDirectories(std::string_view path_variable,
                                                     std::string_view sdk_directory = {});

/// A backend in one line of text:
///
///     redis://user:password@localhost:6379/0?timeout=250ms    the plugin that serves the scheme
///     memcached://a:11211,b:11211
///     lru://?max_bytes=64MiB
///     lru                                                     a plugin's name
///     /opt/plugins/mine.so?directory=/var/cache/mine          a plugin's file
///
/// Behind `?` stand options of the plugin as NAME=VALUE, joined by `&`; an option that takes a list may be
/// there several times. `%xx` in them, and in the path of a file, is the byte of that number; `+` is a plus.
/// What is before `?` in a URL belongs to the option of the plugin that takes it (LARDER_OPTION_URL).
///
/// A value. It may hold a password: neither its text nor a part of it is in any error that it throws.
class BackendUrl {
 public:
  /// Throws SettingError if it is none of the above.
  static BackendUrl parse(std::string_view text);

  /// True for a text with a scheme, options or an absolute path, which can be nothing but one of the above; a
  /// bare name can be something else's.
  static bool isMeant(std::string_view text);

  /// Of a URL, in lower case; else empty.
  const std::string& scheme() const { return scheme_; }
  /// Of a plugin, or its file's absolute path; empty for a URL.
  const std::string& plugin() const { return plugin_; }
  /// What log lines and metrics can call the backend: the scheme, the plugin's name or its file's.
  std::string label() const;

  /// The plugin's file. Of the files in a folder only the notes are read. Throws PluginError.
  std::filesystem::path find(const PluginSearch& search) const;
  /// The plugin: one of `search.linked`, or what is loaded from find(). Throws PluginError.
  std::shared_ptr<const PluginLibrary> load(const PluginSearch& search) const;

  /// The settings for a plugin with these options. Throws SettingError if none of them takes what is before
  /// `?`, or that one is given twice.
  BackendSettings settings(const std::vector<PluginOption>& table) const;
  /// Those behind `?` alone.
  const BackendSettings& options() const { return options_; }

  bool operator==(const BackendUrl&) const = default;

 private:
  std::string scheme_;
  std::string plugin_;
  std::string place_;  // what is between "scheme://" and `?`, as it was written
  BackendSettings options_;
};

/// The file of the plugin that serves URLs of that scheme: the first by folder, and in a folder SCHEME.so,
/// then by name. Throws PluginError, which names the schemes that are served.
std::filesystem::path findPluginForScheme(std::string_view scheme, const PluginSearch& search);

}  // namespace larder

#endif
