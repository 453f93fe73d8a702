// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HEAD_SCANNER_HPP
#define LARDER_HTTP_HEAD_SCANNER_HPP

#include <cstddef>
#include <string_view>

#include <larder/http/limits.hpp>

namespace larder::http {

/// Finds the end of a request's head, and looks at each of its bytes once before any parser sees them: that
/// lines end in CR LF and in nothing else (RFC 9112 2.2 allows a bare LF, and two readings of one head are
/// how a request is smuggled), that no control bytes are in it (RFC 9110 5.5), that no line is folded (RFC
/// 9112 5.2), and that it keeps the limits. The verdict does not depend on how the bytes were cut into
/// pieces.
class HeadScanner {
 public:
  enum class Verdict { incomplete, complete, refused };

  explicit HeadScanner(const RequestLimits& limits) : limits_(limits) {}

  /// `input` begins where the head begins and holds all bytes so far; those of earlier calls are not looked
  /// at again.
  Verdict scan(std::string_view input);

  /// Once complete: the request line is at begin(), after the empty lines that may precede it (RFC 9112 2.2);
  /// the head ends before end().
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return seen_; }
  /// Header fields, one a line.
  std::size_t fields() const { return lines_ - 1; }

  /// A byte of the request line was seen. Empty lines before it are no part of a request.
  bool hasBegun() const { return lines_ > 0 || seen_ > line_ + (afterCr_ ? 1 : 0); }

  const Refusal& refusal() const { return refusal_; }

  /// For the next head.
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
  std::size_t lines_ = 0;  // whole ones, from the request line on
  bool afterCr_ = false;
  Refusal refusal_;
};

}  // namespace larder::http

#endif
