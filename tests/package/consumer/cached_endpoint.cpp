// SPDX-License-Identifier: Apache-2.0
//
// cached_endpoint PLUGIN URL [ADDRESS]: the time, asked for at most once in five seconds.
#include <unistd.h>
#include <larder/http/app.hpp>
#include <larder/http/poco_server.hpp>

#include <ctime>
#include <iostream>

using larder::http::Request, larder::http::Response;

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  larder::HostServices services;
  const std::shared_ptr<larder::Backend> backend = larder::Backend::open(
      larder::PluginLibrary::load(argv[1]), "responses", {{"url", {argv[2]}}}, services);
  larder::Cache cache(backend, {.prefix = "clock"});

  larder::http::App app(cache);
  const auto tell = [](const Request&) { return Response::text(std::to_string(std::time(nullptr))); };
  app.get("/time", tell, larder::cache(std::chrono::seconds(5)));

  const larder::http::PocoServer server([&app](Request request) { return app.handle(std::move(request)); },
                                        {.address = argc > 3 ? argv[3] : "127.0.0.1:8080"});
  std::cout << "curl -i http://" << server.address() << "/time" << std::endl;
  return ::pause();  // until a signal ends the process
}
