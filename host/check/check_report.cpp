// SPDX-License-Identifier: Apache-2.0
#include "check/check_report.hpp"

#include <algorithm>

namespace larder::host {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// Returns the length of the UTF-8 sequence that `text` begins with, or 0 if there is none. Follows the table
// of well-formed sequences in the Unicode standard: no surrogates, nothing overlong, nothing past U+10FFFF.
std::size_t sequenceLength(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return follows(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool second = follows(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf);
    return second && follows(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool second = follows(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::size_t CheckReport::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::ranges::count(results, verdict, &TestResult::verdict));
}

std::size_t CheckReport::failures() const {
  return static_cast<std::size_t>(std::ranges::count_if(results, &TestResult::isFailure));
}

std::string asUtf8(std::string_view text) {
  std::string valid;
  while (!text.empty()) {
    const auto length = sequenceLength(text);
    valid += length > 0 ? text.substr(0, length) : kReplacement;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return valid;
}

}  // namespace larder::host
