// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_PROTOCOL_HPP
#define LARDER_CONFORMANCE_PROTOCOL_HPP

#include <string_view>

/// The protocol between `larder check` and the process of one test. The parent runs its own program again
/// with kCommand as the first argument, and the test's process writes records to kReportFile. A record is
///
///     KIND SIZE\n          the size in bytes, decimal
///     TEXT\n
///
/// A process that ends without the record `done` has crashed or was ended by the plugin.
namespace larder::conformance {

inline constexpr std::string_view kCommand = "conformance-test";
inline constexpr int kReportFile = 3;

namespace record {

inline constexpr std::string_view failure = "failure";  ///< place and text of one failed assertion
inline constexpr std::string_view skipped = "skipped";  ///< the reason
inline constexpr std::string_view fact = "fact";        ///< NAME=VALUE, from --describe
inline constexpr std::string_view done = "done";        ///< the last record

}  // namespace record

/// The facts that --describe reports. `refused`, `misconfigured` and `broken` give the reason why there are
/// no others.
namespace fact {

inline constexpr std::string_view refused = "refused";              ///< why the library cannot be loaded
inline constexpr std::string_view misconfigured = "misconfigured";  ///< which of the given options is invalid
inline constexpr std::string_view broken = "broken";                ///< why no backend can be opened
inline constexpr std::string_view declared = "declared";            ///< a capability or an extension
inline constexpr std::string_view notDeclared = "not declared";     ///< a capability or an extension that it
                                                                    ///< lacks
inline constexpr std::string_view unreachable = "unreachable";      ///< the result of PING, if not OK

}  // namespace fact

}  // namespace larder::conformance

#endif
