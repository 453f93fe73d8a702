// SPDX-License-Identifier: Apache-2.0
#include "admin/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace larder::host {
namespace {

std::chrono::nanoseconds durationOf(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

std::optional<std::uint64_t> residentBytes() {
  std::ifstream memory("/proc/self/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  if (!(memory >> pages >> resident)) return std::nullopt;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::optional<std::uint64_t> openFiles() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (error) return std::nullopt;
  return static_cast<std::uint64_t>(std::distance(begin(files), end(files))) - 1;  // without its own
}

// The system's clock at the program's start, or as good as: when this file's variables were made.
const auto kStarted = std::chrono::system_clock::now();

}  // namespace

void addProcess(MetricsText& page) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    page.begin(MetricKind::counter, "process_cpu_seconds_total", "Processor time, user and system.");
    page.duration({}, durationOf(usage.ru_utime) + durationOf(usage.ru_stime));
  }
  if (const auto bytes = residentBytes()) {
    page.begin(MetricKind::gauge, "process_resident_memory_bytes", "Resident memory.");
    page.sample(*bytes);
  }
  if (const auto files = openFiles()) {
    page.begin(MetricKind::gauge, "process_open_fds", "Open file descriptors.");
    page.sample(*files);
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    page.begin(MetricKind::gauge, "process_max_fds", "How many file descriptors may be open.");
    page.sample(static_cast<std::uint64_t>(limit.rlim_cur));
  }
  page.begin(MetricKind::gauge, "process_start_time_seconds", "Start, in seconds since 1970.");
  page.duration({}, kStarted.time_since_epoch());
}

}  // namespace larder::host
