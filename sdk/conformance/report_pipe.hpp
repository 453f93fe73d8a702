// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_REPORT_PIPE_HPP
#define LARDER_CONFORMANCE_REPORT_PIPE_HPP

#include <gtest/gtest.h>

#include <string_view>

namespace larder::conformance {

/// Writes one record of protocol.hpp. Not thread-safe.
void report(std::string_view kind, std::string_view text);

/// Reports each failure and each skip immediately, so that the report is complete up to a crash.
class ReportPipe final : public ::testing::EmptyTestEventListener {
 private:
  void OnTestPartResult(const ::testing::TestPartResult& result) override;
};

}  // namespace larder::conformance

#endif
