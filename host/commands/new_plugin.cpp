// SPDX-License-Identifier: Apache-2.0
#include "commands/new_plugin.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>

namespace larder::host {
namespace {

using Files = std::map<std::string, std::string>;  // by their paths in the folder

constexpr std::size_t kLongestName = 64;

constexpr const char* kReadme = R"(# %NAME%
A backend plugin for Larder. It keeps entries in memory; replace that by your store.

BUILD
    larder inspect FILE
    larder check FILE
    larder serve --backend %NAME% --set backends.%NAME%.plugin=FILE
)";

constexpr const char* kCmakeBuild = R"(    cmake -S . -B build && cmake --build build
    ctest --test-dir build --output-on-failure      # runs larder check
)";

constexpr const char* kCi = R"(# Needs the packages larder and liblarder-dev on the runner.
name: check
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
STEPS)";

constexpr const char* kCmakeSteps = R"(      - run: cmake -S . -B build
      - run: cmake --build build
      - run: ctest --test-dir build --output-on-failure
)";

constexpr const char* kCargoSteps = R"(      - run: cargo build --release
      - run: cargo test --workspace
      - run: larder check target/release/lib%NAME%.so
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string source(const std::string& path) { return std::string(new_plugin::text(path)); }

std::string readme(const std::string& build, const std::string& file) {
  return replaced(replaced(kReadme, "BUILD\n", build), "FILE", file);
}

std::string cmakeLists(const std::string& language, const std::string& standard, const std::string& sources) {
  return "cmake_minimum_required(VERSION 3.25)\nproject(%NAME% LANGUAGES " + language + ")\nset(CMAKE_" +
         language + "_STANDARD " + standard +
         ")\nenable_testing()\nfind_package(larder REQUIRED COMPONENTS sdk)\n" + sources + "\n";
}

Files cmakeFiles() {
  return {{"README.md", readme(kCmakeBuild, "build/%NAME%.so")},
          {".gitignore", "build/\n"},
          {".github/workflows/check.yml", replaced(kCi, "STEPS", kCmakeSteps)}};
}

Files filesOfCpp() {
  auto files = cmakeFiles();
  files["CMakeLists.txt"] = cmakeLists("CXX", "17", "larder_add_plugin(%NAME% SOURCES %NAME%.cpp CHECK)");
  files["%NAME%.cpp"] = replaced(source("host/commands/new_plugin/cpp_plugin.cpp"), "\"mine\"", "\"%NAME%\"");
  return files;
}

Files filesOfC() {
  auto files = cmakeFiles();
  files["CMakeLists.txt"] =
      cmakeLists("C", "11",
                 "find_package(Threads REQUIRED)\n"
                 "larder_add_plugin(%NAME% SOURCES %NAME%.c LINK Threads::Threads CHECK)");
  files["%NAME%.c"] =
      replaced(source("examples/minimal_plugin/minimal_plugin.c"), "\"minimal\"", "\"%NAME%\"");
  return files;
}

Files filesOfRust() {
  const std::string example = "examples/rust_plugin/";
  auto plugin = replaced(source(example + "src/lib.rs"), "\"rust\"", "\"%NAME%\"");
  plugin = replaced(plugin, "\"rust,rust-map\"", "\"%SCHEME%\"");
  Files files{
      {"README.md",
       readme(
           "    cargo build --release\n    cargo test --workspace      # compares larder-sys with the ABI\n",
           "target/release/lib%NAME%.so")},
      {".gitignore", "target/\n"},
      {".github/workflows/check.yml", replaced(kCi, "STEPS", kCargoSteps)},
      {"Cargo.toml",
       "[package]\nname = \"%NAME%\"\nversion = \"1.0.0\"\nedition = \"2021\"\nrust-version = \"1.63\"\n\n"
       "[lib]\ncrate-type = [\"cdylib\"]\n\n[dependencies]\nlarder = { path = \"larder\" }\n\n[workspace]\n"},
      {"src/lib.rs", plugin}};
  for (const char* file :
       {"larder-sys/Cargo.toml", "larder-sys/src/lib.rs", "larder/Cargo.toml", "larder/src/lib.rs"})
    files[file] = source(example + file);
  return files;
}

Files filesFor(PluginLanguage language) {
  switch (language) {
    case PluginLanguage::c: return filesOfC();
    case PluginLanguage::cpp: return filesOfCpp();
    case PluginLanguage::rust: return filesOfRust();
  }
  return {};
}

bool isName(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  return !name.empty() && name.size() <= kLongestName && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// The scheme of a URL cannot contain underscores.
std::string schemeOf(const std::string& name) {
  const auto scheme = replaced(name, "_", "-");
  return scheme.starts_with("-") ? "x" + scheme : scheme;
}

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error(file.string() + ": cannot be written");
}

}  // namespace

void newPlugin(const std::string& name, PluginLanguage language) {
  if (!isName(name))
    throw std::invalid_argument("plugin new: \"" + name +
                                "\" is not a name; use lower-case letters, digits and underscores");
  if (std::filesystem::exists(name))
    throw std::invalid_argument("plugin new: " + name + " exists; choose another name or remove it");
  for (const auto& [path, text] : filesFor(language))
    write(std::filesystem::path(name) / replaced(path, "%NAME%", name),
          replaced(replaced(text, "%NAME%", name), "%SCHEME%", schemeOf(name)));
  std::cout << "wrote " << name << "; see " << name << "/README.md" << std::endl;
}

}  // namespace larder::host
