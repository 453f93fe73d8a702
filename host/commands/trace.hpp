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

/// Reads a trace in the format that the file name's ending gives; an additional .zst means compressed:
///   .id                little-endian 32-bit numbers of objects
///   .csv               the object in the first column named id, obj_id or key, its size in the column named
///                      size or obj_size; without a header in the first and second column
///   .oracleGeneral.bin records of 24 bytes: time u32, object u64, size u32, next i64
///
/// `sizesFile`, for .id, contains a 32-bit size for each request; it may be empty. Throws
/// std::invalid_argument for a file that is missing or is not a trace.
Trace readTrace(const std::string& file, const std::string& sizesFile);

}  // namespace larder::host

#endif
