// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CHUNK_GUARD_HPP
#define LARDER_HTTP_CHUNK_GUARD_HPP

#include <cstddef>
#include <string_view>

namespace larder::http {

/// Checks the framing of a chunked body: sizes, extensions, trailers and line ends. Refuses a CR without LF
/// or an LF without CR, as HeadScanner does in a head, and a run of framing bytes that is longer than a head
/// may be, since extensions have no other limit.
class ChunkGuard {
 public:
  explicit ChunkGuard(std::size_t limit) : limit_(limit) {}

  /// Prepares for the next body.
  void reset() { *this = ChunkGuard(limit_); }

  /// Begins a piece of the body. data() then passes the data parts of the piece in order, and end() says how
  /// many bytes of the piece belong to the body.
  void begin(std::string_view piece) {
    piece_ = piece;
    at_ = 0;
  }
  /// Both return false if the framing seen so far is to be refused.
  bool data(std::string_view part);
  bool end(std::size_t used);

 private:
  void look(std::string_view framing);

  std::size_t limit_;
  std::string_view piece_;
  std::size_t at_ = 0;      // in piece_: the bytes before it are checked
  std::size_t length_ = 0;  // of the current run of framing bytes
  bool afterCr_ = false;
  bool good_ = true;
};

}  // namespace larder::http

#endif
