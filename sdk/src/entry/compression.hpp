// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ENTRY_COMPRESSION_HPP
#define LARDER_ENTRY_COMPRESSION_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// Whether the functions below do anything.
bool builtWithZstd();

/// `plain` compressed by zstd (RFC 8878), if that saves at least an eighth; nullopt if it does not, or the
/// library was built without zstd.
std::optional<std::string> compress(std::string_view plain);

/// What compress() was given: exactly `size` bytes, which is not trusted: null if it is more than `limit`,
/// if `packed` holds less or more than it says or is no such thing, or the library was built without zstd.
/// Never allocates more than `limit`, whatever `packed` would unfold to.
std::shared_ptr<const std::string> decompress(std::string_view packed, std::uint64_t size,
                                              std::uint64_t limit);

}  // namespace larder

#endif
