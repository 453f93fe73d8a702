// SPDX-License-Identifier: Apache-2.0
//
// The conformance suite: what every backend must do, run against one plugin's shared library.
#include "fixture.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  try {
    auto subject = larder::conformance::Subject::from(argc, argv);
    larder::conformance::Conformance::setSubject(&subject);
    return RUN_ALL_TESTS();
  } catch (const std::exception& error) {
    std::cerr << "larder_conformance: " << error.what() << "\n" << larder::conformance::Subject::kUsage;
    return 2;
  }
}
