// SPDX-License-Identifier: Apache-2.0
#include "http/head_scanner.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace larder::http {
namespace {

constexpr std::size_t kAroundTarget = 32;  // room for the method, two spaces and the version

// Bytes that are neither line ends nor control characters. A field value may hold a tab.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t byte = 0x20; byte < plain.size(); ++byte) plain[byte] = byte != 0x7f;
  plain['\t'] = true;
  return plain;
}();

bool isPlain(char byte) { return kPlain[static_cast<unsigned char>(byte)]; }

using Word = std::uint64_t;
constexpr Word inEachByte(Word byte) { return byte * 0x0101010101010101; }

// Returns whether a byte of the word is below 0x20 or is 0x7f: subtracting sets the highest bit of such a
// byte, and the mask excludes bytes that had it set before. A tab counts, too.
bool holdsControl(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  const Word del = word ^ inEachByte(0x7f);
  const Word below = (word - inEachByte(0x20)) & ~word;
  const Word zero = (del - inEachByte(0x01)) & ~del;
  return ((below | zero) & inEachByte(0x80)) != 0;
}

}  // namespace

HeadScanner::Verdict HeadScanner::scan(std::string_view input) {
  while (seen_ < input.size()) {
    skipPlainBytes(input);
    if (seen_ == input.size()) break;
    const std::size_t at = seen_++;
    const Verdict verdict = atByte(input[at], at);
    if (verdict != Verdict::incomplete) return verdict;
  }
  return Verdict::incomplete;
}

// Skips plain bytes within a line and within its limits; most bytes are plain. Works in words first, because
// a browser's head is about a thousand bytes long.
void HeadScanner::skipPlainBytes(std::string_view input) {
  if (afterCr_ || seen_ == line_) return;
  const std::size_t end = std::min({input.size(), line_ + lineLimit(), limits_.maxHead});
  while (seen_ + sizeof(Word) <= end && !holdsControl(&input[seen_])) seen_ += sizeof(Word);
  while (seen_ < end && isPlain(input[seen_])) ++seen_;
}

std::size_t HeadScanner::lineLimit() const {
  return lines_ == 0 ? limits_.maxTarget + kAroundTarget : limits_.maxHeaderLine;
}

HeadScanner::Verdict HeadScanner::atByte(char byte, std::size_t at) {
  if (afterCr_) {
    if (byte != '\n') return refuse(400, "bad-line-end", "A carriage return without a line feed.");
    afterCr_ = false;
    return atLineEnd(at);
  }
  if (byte == '\r') {
    afterCr_ = true;
    return Verdict::incomplete;
  }
  if (byte == '\n') return refuse(400, "bad-line-end", "End each line of the head with CR LF.");
  if (!isPlain(byte)) return refuse(400, "bad-byte", "The head contains a control character.");
  if (at == line_ && lines_ > 0 && (byte == ' ' || byte == '\t'))
    return refuse(400, "folded-header", "Write each header field on one line.");
  return checkSizes(at);
}

HeadScanner::Verdict HeadScanner::checkSizes(std::size_t at) {
  if (at - line_ >= lineLimit())
    return lines_ == 0 ? refuse(414, "uri-too-long", "Use a shorter target.")
                       : refuse(431, "header-too-large", "A header field is too large; send smaller ones.");
  if (at >= limits_.maxHead) return refuse(431, "head-too-large", "Send fewer or smaller header fields.");
  return Verdict::incomplete;
}

HeadScanner::Verdict HeadScanner::atLineEnd(std::size_t at) {
  const bool empty = at == line_ + 1;
  line_ = at + 1;
  if (empty && lines_ > 0) return Verdict::complete;
  if (at >= limits_.maxHead) return refuse(431, "head-too-large", "Send fewer or smaller header fields.");
  if (empty) {
    begin_ = line_;
    return Verdict::incomplete;
  }
  // The first line is the request line, not a field.
  if (lines_++ > limits_.maxHeaders) return refuse(431, "too-many-headers", "Send fewer header fields.");
  return Verdict::incomplete;
}

HeadScanner::Verdict HeadScanner::refuse(int status, std::string_view type, std::string_view detail) {
  refusal_ = {status, type, std::string(detail)};
  return Verdict::refused;
}

}  // namespace larder::http
