// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENTRY_COMPRESSION_HPP
#define LARDER_ENTRY_COMPRESSION_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// Returns whether the library was built with zstd. Without it the functions below do nothing.
bool builtWithZstd();

/// Returns `plain` compressed with zstd (RFC 8878) if that saves at least an eighth. Returns nullopt if it
/// does not, or if the library was built without zstd.
std::optional<std::string> compress(std::string_view plain);

/// Returns the bytes that were given to compress(). `size` is their claimed size and is not trusted. Returns
/// null if `size` exceeds `limit`, if `packed` is malformed or does not decompress to exactly `size` bytes,
/// or if the library was built without zstd. Never allocates more than `limit` bytes, whatever `packed` would
/// expand to.
std::shared_ptr<const std::string> decompress(std::string_view packed, std::uint64_t size,
                                              std::uint64_t limit);

}  // namespace larder

#endif
