// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_OUTPUT_HPP
#define LARDER_HTTP_OUTPUT_HPP

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::http {

/// Bytes to send, in their order: text that is copied together, strings that are taken over, and bytes on
/// loan. Keeps a little memory when all was sent, for the next response. Not thread-safe.
class Output {
 public:
  /// Copies.
  void append(std::string_view bytes);
  /// Takes over, or copies if that is cheaper.
  void take(std::string&& bytes);
  /// Sends from where the bytes lie; `owner` keeps them there until they are sent.
  void lend(std::shared_ptr<const void> owner, std::string_view bytes);

  /// Text to add to; written() says how much that was.
  std::string& openText();
  void written(std::size_t bytes) { size_ += bytes; }

  /// Bytes that are not sent yet.
  std::size_t size() const { return size_; }
  /// Bytes of memory that it holds, beside what is on loan.
  std::size_t memory() const;

  /// Describes the first of them for writev, and says how many of `parts` are used.
  std::size_t gather(std::span<iovec> parts) const;
  /// The first `bytes` of them were sent.
  void consume(std::size_t bytes);

 private:
  struct Piece {
    std::string text;
    std::shared_ptr<const void> owner;  // if there is one, `lent` is the piece
    std::string_view lent;
    std::string_view view() const { return owner ? lent : std::string_view(text); }
    // Assigning an empty string would keep the memory of the old one.
    void release() {
      std::string().swap(text);
      owner.reset();
    }
  };

  void dropSent();
  void clear();

  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // of pieces_, not wholly sent
  std::size_t sent_ = 0;   // of that piece
  std::size_t size_ = 0;
};

}  // namespace larder::http

#endif
