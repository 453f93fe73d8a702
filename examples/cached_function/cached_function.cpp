// SPDX-License-Identifier: Apache-2.0
//
// A function whose results are cached in the backend given on the command line.
#include <larder/cached.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {

// A placeholder for expensive work: a query, a computation, or a call to another service.
int priceInCents(const std::string& article, int quantity) {
  std::cout << "  asking the supplier for " << quantity << " x " << article << '\n';
  return static_cast<int>(article.size()) * quantity;
}

void run(const char* backend) {
  auto cache = larder::Cache::open(backend, {.prefix = "shop"});
  const auto price = larder::cached(cache, "price", larder::cache(30s).tag("prices"), priceInCents);

  const auto ask = [&price](const std::string& article) {
    std::cout << "price of 10 x " << article << '\n';
    const int cents = price(article, 10);
    std::cout << "  " << cents << " cents\n";
  };

  ask("bolt");
  ask("bolt");
  ask("washer");

  if (cache.invalidate("prices") != larder::Status::ok)
    throw std::runtime_error("the prices were not invalidated");
  std::cout << "the prices have changed\n";
  ask("bolt");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: cached_function BACKEND, like lru, redis://localhost:6379/0 or /path/of/plugin.so\n";
    return EXIT_FAILURE;
  }
  try {
    run(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "cached_function: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
