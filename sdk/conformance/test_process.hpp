// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_TEST_PROCESS_HPP
#define LARDER_CONFORMANCE_TEST_PROCESS_HPP

namespace larder::conformance {

/// Returns true if `larder check` started this process to run one test (see protocol.hpp).
bool isTestProcess(int argc, const char* const* argv);

/// Runs the test that the arguments name, reports its result and returns the process's exit status. Call it
/// first in main: tests need a process in which nothing else has happened yet.
int runTestProcess(int argc, char** argv);

}  // namespace larder::conformance

#endif
