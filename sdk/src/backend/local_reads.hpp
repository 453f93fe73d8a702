// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BACKEND_LOCAL_READS_HPP
#define LARDER_BACKEND_LOCAL_READS_HPP

#include <larder/abi.h>

#include <cstdint>
#include <string_view>

namespace larder {

/// The extension id that a table of Backend::over has if it keeps copies in this process. No plugin has it.
inline constexpr std::string_view kLocalReads = "larder.internal.local-reads";

/// Answers GETs from local copies only.
struct LocalReads {
  /// Returns true if there is a copy for each operation. On false, some operations may have been answered,
  /// and the caller must release their values. Never waits, and never calls `complete`.
  bool (*submit)(void* self, larder_op* const* ops, std::uint32_t count, larder_status* results);
};

}  // namespace larder

#endif
