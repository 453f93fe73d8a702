// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iomanip>
#include <ostream>
#include <string_view>

#include "check/check_report.hpp"
#include "http/comma_list.hpp"

namespace larder::host {
namespace {

constexpr std::size_t kMostLines = 40;  // of a test's output; a sanitizer reports the cause at the top
constexpr std::string_view kMandatory = "GET, SET with ttl, DELETE, EXISTS, PING, batches, completion";

// Messages may contain bytes from a plugin; none of them may move the terminal's cursor.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char letter : asUtf8(text)) {
    const auto byte = static_cast<unsigned char>(letter);
    shown += byte >= 0x20 && byte != 0x7f ? letter : letter == '\t' ? ' ' : '?';
  }
  return shown;
}

void writeIndented(std::string_view text, std::string_view indent, std::ostream& out) {
  for (std::size_t lines = 0; !text.empty(); ++lines) {
    if (lines == kMostLines) {
      out << indent << "...\n";
      return;
    }
    const auto line = text.substr(0, text.find('\n'));
    out << indent << printable(line) << "\n";
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
}

struct Group {
  std::string name;
  std::size_t passed = 0;
  std::size_t skipped = 0;
  std::size_t failed = 0;
};

std::vector<Group> groupsOf(const CheckReport& report) {
  std::vector<Group> groups;
  for (const auto& result : report.results) {
    auto group = std::ranges::find(groups, result.group(), &Group::name);
    if (group == groups.end()) group = groups.insert(group, Group{.name = result.group()});
    if (result.isFailure()) ++group->failed;
    if (result.verdict == Verdict::passed) ++group->passed;
    if (result.verdict == Verdict::skipped) ++group->skipped;
  }
  return groups;
}

void writeGroups(const CheckReport& report, std::ostream& out) {
  out << std::left << std::setw(20) << "group" << std::right << std::setw(8) << "passed" << std::setw(9)
      << "skipped" << std::setw(8) << "failed"
      << "\n";
  for (const auto& [name, passed, skipped, failed] : groupsOf(report))
    out << std::left << std::setw(20) << name << std::right << std::setw(8) << passed << std::setw(9)
        << skipped << std::setw(8) << failed << "\n";
}

void writeResult(const TestResult& result, std::ostream& out) {
  out << toString(result.verdict) << " " << result.fullName();
  if (result.verdict == Verdict::skipped) {
    out << ": " << (result.messages.empty() ? "" : printable(result.messages.front())) << "\n";
    return;
  }
  out << " (" << result.took.count() << " ms)\n";
  for (const auto& message : result.messages) writeIndented(message, "    ", out);
  if (result.output.empty()) return;
  out << "    printed:\n";
  writeIndented(result.output, "      ", out);
}

std::string listOrNothing(const std::vector<std::string>& names) {
  return names.empty() ? "nothing" : http::commaList(names);
}

}  // namespace

void writeText(const CheckReport& report, std::ostream& out) {
  if (!report.problem.empty()) out << printable(report.problem) << "\n\n";
  out << "larder check: " << report.note.name << " " << report.note.version << ", ABI "
      << report.note.abiMajor << "." << report.note.abiMinor << ", " << report.note.build << "\n"
      << report.file.string() << ", seed " << report.seed << "\n\n";
  if (!report.results.empty()) {
    writeGroups(report, out);
    out << "\n";
  }
  for (const auto& result : report.results)
    if (result.verdict != Verdict::passed) writeResult(result, out);
  out << "\nmandatory      " << kMandatory << "\n"
      << "declared       " << listOrNothing(report.declared) << "\n"
      << "not declared   " << listOrNothing(report.notDeclared) << "\n\n";
  out << report.count(Verdict::passed) << " passed, " << report.count(Verdict::skipped) << " skipped, "
      << report.failures() << " failed" << std::endl;
}

}  // namespace larder::host
