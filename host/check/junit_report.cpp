// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ostream>
#include <string_view>

#include "check/check_report.hpp"

namespace larder::host {
namespace {

std::string seconds(std::chrono::milliseconds duration) {
  const auto rest = std::to_string(duration.count() % 1000);
  return std::to_string(duration.count() / 1000) + "." + std::string(3 - rest.size(), '0') + rest;
}

std::string joined(const std::vector<std::string>& messages) {
  std::string text;
  for (const auto& message : messages) text += (text.empty() ? "" : "\n") + message;
  return text;
}

void writeCase(const TestResult& result, std::ostream& out) {
  out << "    <testcase classname=\"" << asXml(result.suite) << "\" name=\"" << asXml(result.name)
      << "\" time=\"" << seconds(result.took) << "\"";
  if (result.verdict == Verdict::passed) {
    out << "/>\n";
    return;
  }
  const auto text = joined(result.messages);
  const auto line = text.substr(0, text.find('\n'));
  out << ">\n";
  if (result.verdict == Verdict::skipped)
    out << "      <skipped message=\"" << asXml(line) << "\"/>\n";
  else
    out << "      <failure type=\"" << toString(result.verdict) << "\" message=\"" << asXml(line) << "\">"
        << asXml(text) << "</failure>\n";
  if (!result.output.empty()) out << "      <system-out>" << asXml(result.output) << "</system-out>\n";
  out << "    </testcase>\n";
}

void writeSuite(const std::string& suite, const CheckReport& report, std::ostream& out) {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  std::chrono::milliseconds took{0};
  for (const auto& result : report.results) {
    if (result.suite != suite) continue;
    ++tests;
    failures += result.isFailure() ? 1 : 0;
    skipped += result.verdict == Verdict::skipped ? 1 : 0;
    took += result.took;
  }
  out << "  <testsuite name=\"" << asXml(suite) << "\" tests=\"" << tests << "\" failures=\"" << failures
      << "\" errors=\"0\" skipped=\"" << skipped << "\" time=\"" << seconds(took) << "\">\n";
  for (const auto& result : report.results)
    if (result.suite == suite) writeCase(result, out);
  out << "  </testsuite>\n";
}

}  // namespace

std::string asXml(std::string_view text) {
  std::string xml;
  const auto utf8 = asUtf8(text);
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const char letter = utf8[i];
    const auto byte = static_cast<unsigned char>(letter);
    const bool no_character =
        utf8.compare(i, 3, "\xef\xbf\xbe") == 0 || utf8.compare(i, 3, "\xef\xbf\xbf") == 0;
    if (no_character || byte == 0x7f || (byte < 0x20 && letter != '\n' && letter != '\t')) {
      xml += "?";
      if (no_character) i += 2;
      continue;
    }
    switch (letter) {
      case '&': xml += "&amp;"; break;
      case '<': xml += "&lt;"; break;
      case '>': xml += "&gt;"; break;
      case '"': xml += "&quot;"; break;
      case '\n': xml += "&#10;"; break;  // in an attribute, a parser would turn it into a space
      case '\t': xml += "&#9;"; break;
      default: xml += letter;
    }
  }
  return xml;
}

void writeJunit(const CheckReport& report, std::ostream& out) {
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"larder check "
      << asXml(report.note.name + " " + report.note.version + ", seed " + std::to_string(report.seed))
      << "\" tests=\"" << report.results.size() << "\" failures=\"" << report.failures() << "\" skipped=\""
      << report.count(Verdict::skipped) << "\">\n";
  std::vector<std::string> written;
  for (const auto& result : report.results) {
    if (std::ranges::find(written, result.suite) != written.end()) continue;
    written.push_back(result.suite);
    writeSuite(result.suite, report, out);
  }
  out << "</testsuites>" << std::endl;
}

}  // namespace larder::host
