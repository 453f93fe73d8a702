// SPDX-License-Identifier: Apache-2.0
//
// Texts handled here may contain passwords. An error says what is wrong and where, but quotes only names that
// are not secret: a scheme, an option's name, a plugin's name.
#include <larder/backend_url.hpp>

#include <algorithm>
#include <optional>
#include <system_error>

#include <larder/spelling_suggestion.hpp>

namespace larder {
namespace {

// Far longer than any real URL; bounds what a hostile text makes the parser copy.
constexpr std::size_t kLongest = 64 * 1024;
constexpr std::string_view kForms =
    "write \"redis://host:6379/0\", a plugin's name like \"lru\", or \"/path/of/plugin.so\"";

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool isName(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), isNameCharacter);
}

// Returns an option's name, as the user wrote it, for an error. Text that is not a name is not shown: it
// could be half of a password.
std::string shown(std::string_view name) {
  return isName(name) ? "\"" + std::string(name) + "\"" : "an option";
}

std::optional<unsigned> hexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return std::nullopt;
}

// Returns nullopt if a % is not followed by two hex digits, or if they encode NUL, which no text can hold.
std::optional<std::string> decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    const auto high = hexDigit(text[i + 1]);
    const auto low = hexDigit(text[i + 2]);
    if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
    decoded += static_cast<char>(*high << 4 | *low);
    i += 2;
  }
  return decoded;
}

std::string decoded(std::string_view text, const std::string& where) {
  auto bytes = decode(text);
  if (!bytes) throw SettingError(where + ": a % is not followed by two hex digits; write %25 for a %");
  return *std::move(bytes);
}

void readOption(std::string_view assignment, const std::string& label, BackendSettings& options) {
  const auto equals = assignment.find('=');
  const auto name = assignment.substr(0, equals);
  if (equals == std::string_view::npos || !isName(name))
    throw SettingError(label + ": " + shown(name) + " behind ? is not NAME=VALUE, like timeout=250ms");
  options[std::string(name)].push_back(
      decoded(assignment.substr(equals + 1), label + "." + std::string(name)));
}

BackendSettings readOptions(std::string_view query, const std::string& label) {
  BackendSettings options;
  while (!query.empty()) {
    const auto assignment = query.substr(0, query.find('&'));
    if (!assignment.empty()) readOption(assignment, label, options);
    query.remove_prefix(std::min(query.size(), assignment.size() + 1));
  }
  return options;
}

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::vector<std::string> splitPlace(std::string_view place, const std::string& where) {
  if (!place.starts_with('/') && place.ends_with('/')) place.remove_suffix(1);  // "a:1,b:2/?timeout=1s"
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= place.size();) {
    const auto end = std::min(place.find(',', begin), place.size());
    parts.push_back(decoded(place.substr(begin, end - begin), where));
    begin = end + 1;
  }
  return parts;
}

std::vector<std::filesystem::path> librariesIn(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  std::error_code unreadable;
  for (std::filesystem::directory_iterator at(directory, unreadable), end; !unreadable && at != end;
       at.increment(unreadable))
    if (at->path().extension() == ".so") files.push_back(std::filesystem::absolute(at->path()));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool BackendUrl::isMeant(std::string_view text) {
  return text.starts_with('/') || text.find("://") != std::string_view::npos ||
         text.find('?') != std::string_view::npos;
}

BackendUrl BackendUrl::parse(std::string_view text) {
  if (text.size() > kLongest)
    throw SettingError("backend URL: is longer than 64 KiB; " + std::string(kForms));
  if (text.find('\0') != std::string_view::npos)
    throw SettingError("backend URL: has a NUL character in it; " + std::string(kForms));
  if (text.find('#') != std::string_view::npos)
    throw SettingError(
        "backend: has no use for what is behind #; write %23 if it is part of a name or password");

  BackendUrl url;
  const auto question = std::min(text.find('?'), text.size());
  const auto front = text.substr(0, question);
  const auto colon = front.find("://");
  const auto scheme = lowerCase(front.substr(0, std::min(colon, front.size())));
  if (front.starts_with('/')) {
    url.plugin_ = decoded(front, "backend URL");
  } else if (colon != std::string_view::npos && isUrlScheme(scheme)) {
    url.scheme_ = scheme;
    url.place_ = front.substr(colon + 3);
  } else if (isName(front)) {
    url.plugin_ = front;
  } else {
    throw SettingError("backend URL: is neither a URL nor a plugin; " + std::string(kForms));
  }
  if (question < text.size()) url.options_ = readOptions(text.substr(question + 1), url.label());
  return url;
}

std::string BackendUrl::label() const {
  if (!scheme_.empty()) return scheme_;
  return plugin_.starts_with('/') ? std::filesystem::path(plugin_).stem().string() : plugin_;
}

std::filesystem::path BackendUrl::find(const PluginSearch& search) const {
  if (!scheme_.empty()) return findPluginForScheme(scheme_, search);
  return findPlugin(plugin_, search.directories, search.rules);
}

std::shared_ptr<const PluginLibrary> BackendUrl::load(const PluginSearch& search) const {
  for (const auto& library : search.linked)
    if (scheme_.empty() ? library->name() == plugin_ : library->note().serves(scheme_)) return library;
  return PluginLibrary::load(find(search), search.rules);
}

BackendSettings BackendUrl::settings(const std::vector<PluginOption>& table) const {
  BackendSettings settings = options_;
  if (scheme_.empty() || place_.empty() || place_ == "/") return settings;
  const auto taker = std::find_if(table.begin(), table.end(), [](const auto& option) { return option.url; });
  const auto where = scheme_ + "://";
  if (taker == table.end())
    throw SettingError(where +
                       ": the plugin takes nothing between :// and ?; give its options behind ?, like " +
                       where + "?NAME=VALUE");
  if (settings.contains(taker->name))
    throw SettingError(where + ": " + taker->name + " is what stands before ?; leave it out behind it");
  settings[taker->name] =
      taker->list ? splitPlace(place_, where) : std::vector<std::string>{scheme_ + "://" + place_};
  return settings;
}

std::filesystem::path findPluginForScheme(std::string_view scheme, const PluginSearch& search) {
  std::vector<std::string> served;
  std::string looked;
  for (const auto& directory : search.directories) {
    looked += (looked.empty() ? "" : ", ") + directory.string();
    auto files = librariesIn(directory);
    std::stable_partition(files.begin(), files.end(),
                          [&](const auto& file) { return file.stem() == scheme; });
    for (const auto& file : files) {
      try {
        const auto note = readPluginNote(file);
        if (note.serves(scheme)) return file;
        if (note.schemes.empty()) served.push_back(note.name);
        served.insert(served.end(), note.schemes.begin(), note.schemes.end());
      } catch (const PluginError&) {
        // Not a plugin: a plugin directory may also hold libraries that plugins link.
      }
    }
  }
  std::sort(served.begin(), served.end());
  served.erase(std::unique(served.begin(), served.end()), served.end());
  if (served.empty())
    throw PluginError("no plugin for " + std::string(scheme) + "://: there is none in " +
                      (looked.empty() ? "any plugin directory (none is configured)" : looked) +
                      "; install it there or set LARDER_PLUGIN_PATH");
  throw PluginError("no plugin for " + std::string(scheme) + ":// in " + looked + suggestion(scheme, served));
}

}  // namespace larder
