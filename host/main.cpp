// SPDX-License-Identifier: Apache-2.0
#include "commands/command_line.hpp"

#ifdef LARDER_WITH_CHECK
#include <conformance/test_process.hpp>
#endif

int main(int argc, char** argv) {
#ifdef LARDER_WITH_CHECK
  if (larder::conformance::isTestProcess(argc, argv)) return larder::conformance::runTestProcess(argc, argv);
  constexpr bool has_check = true;
#else
  constexpr bool has_check = false;
#endif
  return larder::host::runCommandLine(argc, argv, has_check);
}
