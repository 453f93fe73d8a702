// SPDX-License-Identifier: Apache-2.0
//
// Opens lru://, which is linked into this program and needs no plugin file: the first look-up of a function's
// result is a miss, the second a hit.
#include <larder/plugin_lru.h>
#include <larder/backend.hpp>
#include <larder/cache.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>

int main() {
  try {
    larder::HostServices services;
    larder::PluginSearch search;
    search.linked.push_back(larder::PluginLibrary::linked(larder_plugin_lru));
    const std::shared_ptr<larder::Backend> backend =
        larder::Backend::open("lru://?max_bytes=8MiB", services, search);
    larder::Cache cache(backend, {.prefix = "consumer"});
    const auto ask = [&cache] {
      return cache
          .getOrCompute({.nameSpace = "questions",
                         .key = larder::KeyBuilder().field("of everything").build(),
                         .expire = std::chrono::seconds(30),
                         .compute = [] { return larder::Computed{"42"}; }})
          .source;
    };
    const bool missed = ask() == larder::CacheResult::Source::computed;
    const bool hit = ask() == larder::CacheResult::Source::hit;
    std::cout << backend->library().name() << ", linked: " << (missed && hit ? "miss, hit" : "wrong") << '\n';
    return missed && hit ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::cerr << "asks_linked: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
}
