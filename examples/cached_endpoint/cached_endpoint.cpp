// SPDX-License-Identifier: Apache-2.0
//
// cached_endpoint BACKEND [ADDRESS]: an HTTP server with two endpoints. GET /menu is cached for 30 seconds;
// PUT /menu makes the cached response stale. Runs until SIGINT or SIGTERM.
#include <larder/cache.hpp>
#include <larder/policy.hpp>
#include <larder/worker_pool.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <mutex>
#include <string>
#include <utility>

#include <larder/http/app.hpp>
#include <larder/http/event_server.hpp>

using namespace std::chrono_literals;
using larder::http::App, larder::http::EventServer;
using larder::http::Request, larder::http::Responder, larder::http::Response;

namespace {

// Thread-safe, since handlers run concurrently.
class Menu {
 public:
  Response show(const Request& /*request*/) {
    const std::lock_guard lock(mutex_);
    std::cout << "the handler runs\n" << std::flush;
    return Response::text(soup_ + " soup\n");
  }
  Response change(const Request& request) {
    const std::lock_guard lock(mutex_);
    soup_ = request.body;
    return Response::noContent();
  }

 private:
  std::mutex mutex_;
  std::string soup_ = "leek";
};

// Blocks the signals before the first thread starts, so that every thread inherits the mask and the signals
// stay pending for sigwait.
sigset_t blockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void run(const std::string& backend, const std::string& address) {
  const sigset_t signals = blockStopSignals();
  auto cache = larder::Cache::open(backend, {.prefix = "kitchen"});
  Menu menu;

  App app(cache);
  app.get(
      "/menu", [&menu](const Request& request) { return menu.show(request); },
      larder::cache(30s).tag("menu"));
  app.put(
      "/menu", [&menu](const Request& request) { return menu.change(request); }, larder::invalidates("menu"));

  // The event loops answer hits themselves. Handlers run on these four threads; at most 256 requests wait for
  // a thread.
  larder::WorkerPool workers("menu", 4, 256);
  EventServer server(
      [&](Request&& request, Responder& responder) { app.handle(std::move(request), workers, responder); },
      {.address = address});
  std::cout << "curl -i http://" << server.address() << "/menu\n" << std::flush;

  int signal = 0;
  sigwait(&signals, &signal);
  server.stop(5s);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: cached_endpoint BACKEND [HOST:PORT]; BACKEND: lru, redis://localhost:6379/0, "
                 "/path/of/plugin.so\n";
    return EXIT_FAILURE;
  }
  try {
    run(argv[1], argc == 3 ? argv[2] : "127.0.0.1:8080");
  } catch (const std::exception& error) {
    std::cerr << "cached_endpoint: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
