// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HEAD_SCANNER_HPP
#define LARDER_HTTP_HEAD_SCANNER_HPP

#include <cstddef>
#include <string_view>

#include <larder/http/limits.hpp>

namespace larder::http {

/// Finds the end of a request's head and checks each byte once, before any parser sees it: lines end in CR LF
/// and in nothing else (RFC 9112 2.2 allows a bare LF, but two readings of one head enable request
/// smuggling), there are no control characters (RFC 9110 5.5), no line is folded (RFC 9112 5.2), and the head
/// keeps the limits. The verdict does not depend on how the bytes were split into pieces.
class HeadScanner {
 public:
  enum class Verdict { incomplete, complete, refused };

  explicit HeadScanner(const RequestLimits& limits) : limits_(limits) {}

  /// `input` begins where the head begins and holds all bytes received so far; bytes of earlier calls are not
  /// checked again.
  Verdict scan(std::string_view input);

  /// Once complete, the request line is at begin(), after any empty lines that precede it (RFC 9112 2.2), and
  /// the head ends before end().
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return seen_; }
  /// The number of header fields, one per line.
  std::size_t fields() const { return lines_ - 1; }

  /// Returns whether a byte of the request line was seen. Empty lines before it are not part of the request.
  bool hasBegun() const { return lines_ > 0 || seen_ > line_ + (afterCr_ ? 1 : 0); }

  const Refusal& refusal() const { return refusal_; }

  /// Prepares for the next head.
  void reset() {
    begin_ = line_ = seen_ = lines_ = 0;
    afterCr_ = false;
  }

 private:
  Verdict refuse(int status, std::string_view type, std::string_view detail);
  void skipPlainBytes(std::string_view input);
  std::size_t lineLimit() const;
  Verdict atByte(char byte, std::size_t at);
  Verdict atLineEnd(std::size_t at);
  Verdict checkSizes(std::size_t at);

  RequestLimits limits_;
  std::size_t begin_ = 0;
  std::size_t line_ = 0;  // where the current line begins
  std::size_t seen_ = 0;
  std::size_t lines_ = 0;  // complete lines, the request line included
  bool afterCr_ = false;
  Refusal refusal_;
};

}  // namespace larder::http

#endif
