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

/// Whether a backend opens and its store is there. Without a backend only the tests of Load are run.
enum class Usable {
  yes,
  refused,      ///< the host refuses the library, or it refuses the given options
  broken,       ///< the plugin's create fails otherwise
  unreachable,  ///< a backend opens, and its store is unavailable: no test is run
};

/// What `larder check` found out.
struct CheckReport {
  std::filesystem::path file;
  PluginNote note;
  std::uint64_t seed = 0;
  std::vector<std::string> declared;     ///< capabilities and extensions
  std::vector<std::string> notDeclared;  ///< the others that this kit knows
  std::string problem;                   ///< why no backend opens, or what its store answers; or empty
  Usable usable = Usable::yes;
  std::vector<TestResult> results;

  std::size_t count(Verdict verdict) const;
  std::size_t failures() const;
};

/// For people: the groups, a line for each test that did not pass, what is declared, and the sum.
void writeText(const CheckReport& report, std::ostream& out);

/// JUnit's XML, well-formed whatever the messages hold.
void writeJunit(const CheckReport& report, std::ostream& out);

/// One JSON object; docs/conformance.md shows its members.
void writeJson(const CheckReport& report, std::ostream& out);

/// `text` as valid UTF-8: each byte that is not part of any becomes U+FFFD.
std::string asUtf8(std::string_view text);

}  // namespace larder::host

#endif
