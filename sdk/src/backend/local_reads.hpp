// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_LOCAL_READS_HPP
#define LARDER_BACKEND_LOCAL_READS_HPP

#include <larder/abi.h>

#include <cstdint>
#include <string_view>

namespace larder {

/// The id under which a table of Backend::over tells that it keeps copies in this process. No plugin has it.
inline constexpr std::string_view kLocalReads = "larder.internal.local-reads";

/// Answers GETs from copies alone.
struct LocalReads {
  /// True if there is a copy for each operation. Else some of them may have been answered, whose values are
  /// the caller's to release. Never waits, and never calls `complete`.
  bool (*submit)(void* self, larder_op* const* ops, std::uint32_t count, larder_status* results);
};

}  // namespace larder

#endif
