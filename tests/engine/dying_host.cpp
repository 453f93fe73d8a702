// SPDX-License-Identifier: Apache-2.0
//
// dying_host PLUGIN OPTION URL: a host that starts the computation for which all others wait, and runs until
// it is killed. Prints "computing" once the computation has begun.
#include <larder/cache.hpp>

#include <unistd.h>

#include <chrono>
#include <iostream>

#include "stampede_request.hpp"

int main(int, char** argv) {
  larder::HostServices services;
  const std::shared_ptr<larder::Backend> backend =
      larder::Backend::open(larder::PluginLibrary::load(argv[1]), "store", {{argv[2], {argv[3]}}}, services);
  larder::Cache cache(backend, {.operationTimeout = std::chrono::seconds(20)});
  cache.getOrCompute(larder::tests::stampedeRequest([]() -> larder::Computed {
    std::cout << "computing" << std::endl;
    while (true) ::pause();
  }));
}
