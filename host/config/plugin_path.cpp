// SPDX-License-Identifier: Apache-2.0
#include "config/plugin_path.hpp"

#include <filesystem>

namespace larder::host {
namespace {

// The working directory becomes part of a URL, where these characters have a special meaning.
std::string encoded(const std::string& path) {
  std::string url;
  for (const char c : path) {
    if (c == '%')
      url += "%25";
    else if (c == '?')
      url += "%3F";
    else if (c == '#')
      url += "%23";
    else
      url += c;
  }
  return url;
}

// Text with a colon before its first slash is a misspelled URL, which may hold a password.
bool isRelativePath(const std::string& text) {
  const auto slash = text.find('/');
  return slash != std::string::npos && slash > 0 && text.find(':') > slash;
}

}  // namespace

std::string absolutePlugin(const std::string& plugin) {
  if (!isRelativePath(plugin)) return plugin;
  return std::filesystem::absolute(plugin).lexically_normal().string();
}

std::string absoluteBackend(const std::string& backend) {
  const auto path = backend.substr(0, backend.find('?'));
  if (path.find("://") != std::string::npos || !isRelativePath(path)) return backend;
  const auto folder = encoded(std::filesystem::current_path().string());
  return std::filesystem::path(folder + "/" + path).lexically_normal().string() + backend.substr(path.size());
}

}  // namespace larder::host
