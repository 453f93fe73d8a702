// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_TEST_PROCESS_HPP
#define LARDER_CONFORMANCE_TEST_PROCESS_HPP

namespace larder::conformance {

/// True if `larder check` started this process to run one test (see protocol.hpp).
bool isTestProcess(int argc, const char* const* argv);

/// Runs what the arguments say and reports it; the process's exit status. Call it first in main: tests want
/// a process in which nothing has happened yet.
int runTestProcess(int argc, char** argv);

}  // namespace larder::conformance

#endif
