// SPDX-License-Identifier: Apache-2.0
//
// Endpoints that declare how long their responses may be kept, and one that makes them stale.
#include <larder/backend.hpp>
#include <larder/cache.hpp>
#include <larder/plugin_library.hpp>
#include <larder/policy.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <string>

#include <larder/http/app.hpp>

using namespace std::chrono_literals;
using larder::http::App;
using larder::http::Request;
using larder::http::Response;

namespace {

// Requests one after the other, so no lock. Handlers behind a server run on several threads at once.
class Menu {
 public:
  Response show(const Request& /*request*/) const { return Response::json("{\"soup\":\"" + soup_ + "\"}"); }
  Response change(const Request& request) {
    soup_ = request.body;
    return Response::noContent();
  }

 private:
  std::string soup_ = "leek";
};

// What a server would do with a request that came in.
void send(const App& app, const std::string& method, const std::string& path, const std::string& body = {}) {
  const Response response = app.handle(Request::of(method, path, body));
  std::cout << method << ' ' << path << ": " << response.status << '\n';
  if (!response.body.empty()) std::cout << "  " << response.body << '\n';
  // How long an entry is still fresh depends on the moment, so it is not printed.
  const auto status = std::string(response.headers.get("Cache-Status").value_or("none"));
  std::cout << "  Cache-Status: " << status.substr(0, status.find("; ttl=")) << '\n';
}

void run(const char* plugin) {
  larder::HostServices services;  // the defaults: system clocks, no log
  const std::shared_ptr<larder::Backend> backend =
      larder::Backend::open(larder::PluginLibrary::load(plugin), "responses", {}, services);
  larder::Cache cache(backend, {.prefix = "kitchen"});
  Menu menu;

  App app(cache);
  app.get(
      "/menu", [&menu](const Request& request) { return menu.show(request); },
      larder::cache(30s).tag("menu"));
  app.put(
      "/menu", [&menu](const Request& request) { return menu.change(request); }, larder::invalidates("menu"));

  // larder::http::PocoServer({app's handle}, {.address = "127.0.0.1:8080"}) would take them from the network.
  send(app, "GET", "/menu");
  send(app, "GET", "/menu");
  send(app, "PUT", "/menu", "pumpkin");
  send(app, "GET", "/menu");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: cached_endpoint /path/of/plugin.so\n";
    return EXIT_FAILURE;
  }
  try {
    run(argv[1]);
  } catch (const std::exception& error) {
    std::cerr << "cached_endpoint: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
