// SPDX-License-Identifier: Apache-2.0
//
// asks_twice PLUGIN...: through each, the first question is a miss and the second a hit. A name is looked for
// in LARDER_PLUGIN_PATH.
#include <larder/backend.hpp>
#include <larder/cache.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using Source = larder::CacheResult::Source;

namespace {

std::filesystem::path fileOf(const std::string& plugin) {
  if (plugin.find('/') != std::string::npos) return std::filesystem::absolute(plugin);
  const char* directory = std::getenv("LARDER_PLUGIN_PATH");
  return larder::findPlugin(plugin, {directory != nullptr ? directory : ""});
}

Source ask(larder::Cache& cache) {
  const auto answer = cache.getOrCompute({.nameSpace = "questions",
                                          .key = larder::KeyBuilder().field("of everything").build(),
                                          .expire = 30s,
                                          .compute = [] { return larder::Computed{"42"}; }});
  if (answer.payload.bytes() != "42") throw std::runtime_error("the answer is not the one computed");
  return answer.source;
}

void askTwice(const std::string& plugin) {
  larder::HostServices services;
  const std::shared_ptr<larder::Backend> backend =
      larder::Backend::open(larder::PluginLibrary::load(fileOf(plugin)), "answers", {}, services);
  larder::Cache cache(backend, {.prefix = "consumer"});
  std::cout << backend->library().name() << ":";
  for (const auto expected : {Source::computed, Source::hit}) {
    const auto source = ask(cache);
    std::cout << (source == Source::hit ? " hit" : " miss") << std::flush;
    if (source != expected) throw std::runtime_error("expected a miss, then a hit");
  }
  std::cout << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 2) throw std::runtime_error("usage: asks_twice PLUGIN...");
    for (int i = 1; i < argc; ++i) askTwice(argv[i]);
  } catch (const std::exception& error) {
    std::cerr << "asks_twice: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
