// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CHECK_CHECK_REPORT_HPP
#define LARDER_CHECK_CHECK_REPORT_HPP

#include <larder/plugin_library.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "check/test_result.hpp"

namespace larder::host {

/// Whether a backend opens and its store is reachable. Without a backend, only the tests of Load run.
enum class Usable {
  yes,
  refused,      ///< the host refuses the library, or it refuses the given options
  broken,       ///< the plugin's create fails for another reason
  unreachable,  ///< a backend opens but its store is unavailable: no test runs
};

/// The findings of `larder check`.
struct CheckReport {
  std::filesystem::path file;
  PluginNote note;
  std::uint64_t seed = 0;
  std::vector<std::string> declared;     ///< capabilities and extensions
  std::vector<std::string> notDeclared;  ///< the others known to this kit
  std::string problem;                   ///< why no backend opens, or the error from its store; or empty
  Usable usable = Usable::yes;
  std::vector<TestResult> results;

  std::size_t count(Verdict verdict) const;
  std::size_t failures() const;
};

/// Writes text for people: the groups, a line for each test that did not pass, the declared capabilities and
/// the totals.
void writeText(const CheckReport& report, std::ostream& out);

/// Writes JUnit XML, well-formed whatever bytes the messages contain.
void writeJunit(const CheckReport& report, std::ostream& out);

/// Writes one JSON object; docs/conformance.md lists its members.
void writeJson(const CheckReport& report, std::ostream& out);

/// Returns `text` as valid UTF-8, with U+FFFD for each byte that is not part of a valid sequence.
std::string asUtf8(std::string_view text);

/// Returns `text` as XML 1.0 can hold it, in an element or in quotes. What XML has no way to write, such as
/// most control characters, becomes "?".
std::string asXml(std::string_view text);

}  // namespace larder::host

#endif
