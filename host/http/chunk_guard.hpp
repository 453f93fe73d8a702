// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CHUNK_GUARD_HPP
#define LARDER_HTTP_CHUNK_GUARD_HPP

#include <cstddef>
#include <string_view>

namespace larder::http {

/// Looks at the bytes of a chunked body that are not its data: sizes, extensions, trailers and line ends. A
/// CR without LF or an LF without CR is refused, as HeadScanner does in a head, and so is a stretch of such
/// bytes that is longer than a head may be, since extensions have no other limit.
class ChunkGuard {
 public:
  explicit ChunkGuard(std::size_t limit) : limit_(limit) {}

  /// For the next body.
  void reset() { *this = ChunkGuard(limit_); }

  /// A piece of the body, of which data() names the parts that are data, in their order, until end() says how
  /// much of the piece was the body's.
  void begin(std::string_view piece) {
    piece_ = piece;
    at_ = 0;
  }
  /// Both: false if what was seen so far is to be refused.
  bool data(std::string_view part);
  bool end(std::size_t used);

 private:
  void look(std::string_view framing);

  std::size_t limit_;
  std::string_view piece_;
  std::size_t at_ = 0;      // in piece_, what was looked at
  std::size_t length_ = 0;  // of the stretch
  bool afterCr_ = false;
  bool good_ = true;
};

}  // namespace larder::http

#endif
