// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_PROTOCOL_HPP
#define LARDER_CONFORMANCE_PROTOCOL_HPP

#include <string_view>

/// How `larder check` and the process of one test talk: the parent runs itself again with kCommand as its
/// first argument, and the test's process writes records to kReportFile. A record is
///
///     KIND SIZE\n          the size in bytes, decimal
///     TEXT\n
///
/// A process that ended without the record `done` crashed, or the plugin ended it.
namespace larder::conformance {

inline constexpr std::string_view kCommand = "conformance-test";
inline constexpr int kReportFile = 3;

namespace record {

inline constexpr std::string_view failure = "failure";  ///< where and what, of one assertion
inline constexpr std::string_view skipped = "skipped";  ///< why
inline constexpr std::string_view fact = "fact";        ///< NAME=VALUE, of --describe
inline constexpr std::string_view done = "done";        ///< nothing follows

}  // namespace record

/// The facts that --describe tells. `refused`, `misconfigured` and `broken` say why there are no others.
namespace fact {

inline constexpr std::string_view refused = "refused";              ///< why the library does not load
inline constexpr std::string_view misconfigured = "misconfigured";  ///< which of the given options is wrong
inline constexpr std::string_view broken = "broken";                ///< why it opens no backend
inline constexpr std::string_view declared = "declared";            ///< a capability or an extension
inline constexpr std::string_view notDeclared = "not declared";     ///< one that it might have had
inline constexpr std::string_view unreachable = "unreachable";      ///< what PING answered, if not OK

}  // namespace fact

}  // namespace larder::conformance

#endif
