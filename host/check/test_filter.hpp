// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_CHECK_TEST_FILTER_HPP
#define LARDER_CHECK_TEST_FILTER_HPP

#include <string>
#include <string_view>
#include <vector>

namespace larder::host {

/// Returns whether `pattern`, one part of a GoogleTest filter, matches `test`: `*` matches any text, `?` one
/// character.
bool matchesTest(std::string_view pattern, std::string_view test);

/// Throws std::invalid_argument if a part of `filter`, such as "Values.*:Keys.*-Keys.Long", matches none of
/// `tests`; the message suggests a group with a similar name. An empty filter is valid.
void checkFilter(std::string_view filter, const std::vector<std::string>& tests);

}  // namespace larder::host

#endif
