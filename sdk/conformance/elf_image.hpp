// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_ELF_IMAGE_HPP
#define LARDER_CONFORMANCE_ELF_IMAGE_HPP

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace larder::conformance {

/// The names that a shared library's dynamic symbols define for others to see, without those that linkers
/// add. Throws std::runtime_error if the file is no whole 64-bit ELF file.
std::vector<std::string> exportedSymbols(const std::filesystem::path& file);

/// The text of the note of schemes, up to its closing NUL; nullopt if there is none. Throws as above.
std::optional<std::string> schemesNote(const std::filesystem::path& file);

/// True if loading it makes the stack executable. Throws as above.
bool wantsExecutableStack(const std::filesystem::path& file);

}  // namespace larder::conformance

#endif
