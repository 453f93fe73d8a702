// SPDX-License-Identifier: Apache-2.0
#include "logging/logger.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>

namespace larder::host {
namespace {

// PIPE_BUF on Linux: a write of at most this many bytes to a pipe is not interleaved with other processes'
// writes.
constexpr std::size_t kLongestLine = 4096;
constexpr std::string_view kCut = "...";

std::string_view nameOf(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

void appendEscaped(std::string_view text, bool within_quotes, std::string& line) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      line += "\\x";
      line += hex[byte >> 4];
      line += hex[byte & 0xf];
    } else {
      if (within_quotes && (c == '"' || c == '\\')) line += '\\';
      line += c;
    }
  }
}

void appendField(const LogField& field, std::string& line) {
  line += ' ';
  appendEscaped(field.name, false, line);
  line += '=';
  const bool quote = field.value.empty() || field.value.find_first_of(" \"=\\") != std::string_view::npos;
  if (quote) line += '"';
  appendEscaped(field.value, quote, line);
  if (quote) line += '"';
}

}  // namespace

std::string formatTime(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto since_epoch = static_cast<std::time_t>(seconds.count());
  std::tm utc{};
  ::gmtime_r(&since_epoch, &utc);
  std::array<char, 32> text{};
  const auto size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>((time - seconds).count()));
  return std::string(text.data(), size) + fraction.data();
}

std::string formatLogLine(std::chrono::milliseconds time, LogLevel level, std::string_view component,
                          std::string_view message, std::initializer_list<LogField> fields) {
  std::string line = formatTime(time) + " " + std::string(nameOf(level)) + " ";
  appendEscaped(component, false, line);
  line += ": ";
  appendEscaped(message, false, line);
  for (const LogField& field : fields) appendField(field, line);
  if (line.size() >= kLongestLine) {
    line.resize(kLongestLine - kCut.size() - 1);
    line += kCut;
  }
  line += '\n';
  return line;
}

void Logger::log(LogLevel level, std::string_view component, std::string_view message,
                 std::initializer_list<LogField> fields) const {
  if (level < this->level()) return;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto line = formatLogLine(now, level, component, message, fields);
  while (::write(descriptor_, line.data(), line.size()) < 0 && errno == EINTR) {
  }
}

}  // namespace larder::host
