// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CONFORMANCE_ELF_IMAGE_HPP
#define LARDER_CONFORMANCE_ELF_IMAGE_HPP

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace larder::conformance {

/// Returns the names of the global symbols that a shared library defines, except those that linkers add.
/// Throws std::runtime_error if the file is not a complete 64-bit ELF file.
std::vector<std::string> exportedSymbols(const std::filesystem::path& file);

/// Returns the text of the schemes note, up to its closing NUL; nullopt if there is none. Throws as above.
std::optional<std::string> schemesNote(const std::filesystem::path& file);

/// Returns true if loading the file makes the stack executable. Throws as above.
bool wantsExecutableStack(const std::filesystem::path& file);

}  // namespace larder::conformance

#endif
