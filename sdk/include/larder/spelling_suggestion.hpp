// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SPELLING_SUGGESTION_HPP
#define LARDER_SPELLING_SUGGESTION_HPP

#include <string>
#include <string_view>
#include <vector>

namespace larder {

/// Returns the end of an error text about an unknown name: "; did you mean \"url\"?" if a known name is
/// close, else "; known are a, b, c".
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

/// Returns "; did you mean \"url\"?" if a known name is close, else an empty string.
std::string closeSpelling(std::string_view name, const std::vector<std::string>& known);

}  // namespace larder

#endif
