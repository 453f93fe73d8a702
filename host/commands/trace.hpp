// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_COMMANDS_TRACE_HPP
#define LARDER_COMMANDS_TRACE_HPP

#include <cstdint>
#include <string>
#include <vector>

namespace larder::host {

/// The requests of a trace: the objects in order, and the size of each object.
struct Trace {
  std::vector<std::uint32_t> objects;  ///< one per request, numbered from 0 by first use
  std::vector<std::uint32_t> sizes;    ///< bytes, one per object; empty if the trace has none

  std::uint32_t objectCount() const;
};

/// Reads a trace by its name's ending, before which .zst may say that it is compressed:
///   .id                32-bit numbers of objects, little-endian
///   .csv               the object in the first column that is named id, obj_id or key, its size in that
///   named size or
///                      obj_size; without such a head the first and second column
///   .oracleGeneral.bin records of 24 bytes: time u32, object u64, size u32, next i64
/// `sizesFile`, for .id, has a 32-bit size for each request, or is empty. Throws std::invalid_argument for a
/// file that is missing or is not a trace.
Trace readTrace(const std::string& file, const std::string& sizesFile);

}  // namespace larder::host

#endif
