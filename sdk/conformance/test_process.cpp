// SPDX-License-Identifier: Apache-2.0
#include "test_process.hpp"

#include "describe.hpp"
#include "fixture.hpp"
#include "protocol.hpp"
#include "report_pipe.hpp"

#include <signal.h>
#include <sys/prctl.h>

#include <exception>
#include <iostream>

namespace larder::conformance {

bool isTestProcess(int argc, const char* const* argv) { return argc > 1 && argv[1] == kCommand; }

int runTestProcess(int argc, char** argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // ends this process even if larder check is killed
  ::testing::InitGoogleTest(&argc, argv);
  try {
    auto subject = Subject::from(argc - 1, argv + 1);
    SubjectTest::setSubject(&subject);
    if (subject.describe) {
      describe(subject);
    } else {
      auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
      delete listeners.Release(listeners.default_result_printer());
      listeners.Append(new ReportPipe);                       // GoogleTest owns it
      [[maybe_unused]] const int failures = RUN_ALL_TESTS();  // reported through the records
    }
    report(record::done, "");
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "larder " << kCommand << ": " << error.what() << "\n";
    return 2;
  }
}

}  // namespace larder::conformance
