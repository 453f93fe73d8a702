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

/// Where plugins are searched by name or scheme, and which rules their files must satisfy.
///
/// LARDER_PLUGIN_DIRECTORY is the folder of the SDK's own plugins; find_package(larder) defines it for
/// programs.
#ifndef LARDER_PLUGIN_DIRECTORY
#define LARDER_PLUGIN_DIRECTORY ""
#endif
struct PluginSearch {
  explicit PluginSearch(std::string_view sdk_directory = LARDER_PLUGIN_DIRECTORY);

  /// Searched in order; the first folder that has the plugin wins. Initially: the colon-separated parts of
  /// the environment variable LARDER_PLUGIN_PATH, except empty ones; lib/larder/plugins next to the folder of
  /// the running program; and the plugin folder of the prefix that the SDK was installed to.
  std::vector<std::filesystem::path> directories;
  LoadRules rules{};

  /// Plugins that are linked into the program (PluginLibrary::linked). They come before all files.
  std::vector<std::shared_ptr<const PluginLibrary>> linked{};
};

/// Returns the initial folders of PluginSearch. `path_variable` is the value of LARDER_PLUGIN_PATH.
std::vector<std::filesystem::path> pluginDirectories(std::string_view path_variable,
                                                     std::string_view sdk_directory = {});

/// Names a backend in one line of text:
///
///     redis://user:password@localhost:6379/0?timeout=250ms    the plugin that serves the scheme
///     memcached://a:11211,b:11211
///     lru://?max_bytes=64MiB
///     lru                                                     a plugin's name
///     /opt/plugins/mine.so?directory=/var/cache/mine          a plugin's file
///
/// The part after `?` holds options of the plugin as NAME=VALUE, joined by `&`; an option that takes a list
/// may occur several times. In it, and in the path of a file, `%xx` is the byte with that hexadecimal number;
/// `+` is a plus. In a URL, the part before `?` goes to the plugin's option that takes it
/// (LARDER_OPTION_URL).
///
/// A value type. It may hold a password; no error that it throws contains its text or a part of it.
class BackendUrl {
 public:
  /// Throws SettingError if `text` is none of the above.
  static BackendUrl parse(std::string_view text);

  /// Returns true if `text` has a scheme, options or an absolute path and so can only be one of the above. A
  /// bare name may mean something else.
  static bool isMeant(std::string_view text);

  /// Returns the URL's scheme in lower case; empty if this is not a URL.
  const std::string& scheme() const { return scheme_; }
  /// Returns the plugin's name or its file's absolute path; empty for a URL.
  const std::string& plugin() const { return plugin_; }
  /// Returns a label for log lines and metrics: the scheme, the plugin's name or the name of its file.
  std::string label() const;

  /// Returns the plugin's file. Reads only the notes of the files in a folder. Throws PluginError.
  std::filesystem::path find(const PluginSearch& search) const;
  /// Returns the plugin: one of `search.linked`, or loads the file that find() returns. Throws PluginError.
  std::shared_ptr<const PluginLibrary> load(const PluginSearch& search) const;

  /// Returns the settings for a plugin with these options. Throws SettingError if no option takes the part
  /// before `?`, or if that option is given twice.
  BackendSettings settings(const std::vector<PluginOption>& table) const;
  /// Returns only the options after `?`.
  const BackendSettings& options() const { return options_; }

  bool operator==(const BackendUrl&) const = default;

 private:
  std::string scheme_;
  std::string plugin_;
  std::string place_;  // the text between "scheme://" and `?`, as written
  BackendSettings options_;
};

/// Returns the file of the plugin that serves URLs with that scheme. The first folder wins; within a folder
/// SCHEME.so, then the first file by name. Throws PluginError, which lists the schemes that are served.
std::filesystem::path findPluginForScheme(std::string_view scheme, const PluginSearch& search);

}  // namespace larder

#endif
