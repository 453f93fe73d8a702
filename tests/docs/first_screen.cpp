// SPDX-License-Identifier: Apache-2.0
//
// The program around the code on the README's first screen. Exit status 0 if the function and the endpoint
// are cached and the write makes the cached response stale.
#include <larder/cache.hpp>
#include <larder/cached.hpp>
#include <larder/policy.hpp>

#include <chrono>
#include <iostream>
#include <string>

#include <larder/http/app.hpp>

using namespace std::chrono_literals;
using larder::cache, larder::invalidates;
using larder::http::Request, larder::http::Response;

namespace {

int calls = 0;

int slowPrice(const std::string& article) { return ++calls, static_cast<int>(article.size()); }
Response getUser(const Request& request) { return ++calls, Response::text(request.param("id")); }
Response putUser(const Request&) { return Response::noContent(); }

}  // namespace

int main(int, char** argv) {
  const std::string url = argv[1];

  auto store = larder::Cache::open(url, {.prefix = "shop"});  // "lru", "redis://localhost:6379/0", ...

  auto price = larder::cached(store, "price", cache(30s).tag("prices"), slowPrice);  // a function, now cached

  larder::http::App app(store);
  app.get("/users/{id}", getUser, cache(5min).tag("user:{id}"));  // an endpoint, now cached
  app.put("/users/{id}", putUser, invalidates("user:{id}"));      // a write makes the cached response stale

  const auto ask = [&app](const char* method) { app.handle(Request::of(method, "/users/7")); };
  price("bolt");
  price("bolt");
  ask("GET");
  ask("GET");
  if (calls != 2) return std::cerr << calls << " calls before the write instead of 2\n", 1;
  ask("PUT");
  ask("GET");
  if (calls != 3) return std::cerr << calls << " calls after the write instead of 3\n", 1;
}
