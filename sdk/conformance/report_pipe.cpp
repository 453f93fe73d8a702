// SPDX-License-Identifier: Apache-2.0
#include "report_pipe.hpp"

#include "protocol.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

namespace larder::conformance {
namespace {

void writeAll(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(kReportFile, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // the parent has exited, so nothing reads the report
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// Omits the folder, which belongs to the machine that built the kit.
std::string placeOf(const ::testing::TestPartResult& result) {
  if (result.file_name() == nullptr) return "";
  const auto file = std::filesystem::path(result.file_name()).filename().string();
  return file + ":" + std::to_string(result.line_number()) + ": ";
}

}  // namespace

void report(std::string_view kind, std::string_view text) {
  std::string bytes(kind);
  bytes += " " + std::to_string(text.size()) + "\n";
  bytes += text;
  bytes += "\n";
  writeAll(bytes);
}

void ReportPipe::OnTestPartResult(const ::testing::TestPartResult& result) {
  const std::string message = result.message();
  if (result.failed()) report(record::failure, placeOf(result) + message);
  if (result.skipped()) report(record::skipped, message);
}

}  // namespace larder::conformance
