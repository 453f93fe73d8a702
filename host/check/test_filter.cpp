// SPDX-License-Identifier: Apache-2.0
#include "check/test_filter.hpp"

#include <larder/spelling_suggestion.hpp>

#include <algorithm>
#include <stdexcept>

namespace larder::host {
namespace {

std::string_view groupOf(std::string_view test) { return test.substr(0, test.find('.')); }

void checkPart(std::string_view part, const std::vector<std::string>& tests) {
  const auto matches = [part](const std::string& test) { return matchesTest(part, test); };
  if (std::any_of(tests.begin(), tests.end(), matches)) return;
  std::vector<std::string> groups;
  for (const auto& test : tests)
    if (groups.empty() || groups.back() != groupOf(test)) groups.emplace_back(groupOf(test));
  const bool is_group = std::find(groups.begin(), groups.end(), groupOf(part)) != groups.end();
  const auto close = is_group ? std::string() : closeSpelling(groupOf(part), groups);
  throw std::invalid_argument("--only: \"" + std::string(part) + "\" matches no test" +
                              (close.empty() ? "; see --list" : close));
}

}  // namespace

bool matchesTest(std::string_view pattern, std::string_view test) {
  // After a mismatch, the last star matches one more character.
  std::size_t at = 0;
  std::size_t letter = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (letter < test.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = letter;
    } else if (at < pattern.size() && (pattern[at] == '?' || pattern[at] == test[letter])) {
      ++at;
      ++letter;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      letter = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

void checkFilter(std::string_view filter, const std::vector<std::string>& tests) {
  while (!filter.empty()) {
    const auto end = std::min(filter.find_first_of(":-"), filter.size());
    if (end > 0) checkPart(filter.substr(0, end), tests);
    filter.remove_prefix(std::min(filter.size(), end + 1));
  }
}

}  // namespace larder::host
