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

/// Bytes to send, in order: text that is copied together, strings that are moved in, and borrowed bytes.
/// Keeps a little memory for the next response once everything is sent. Not thread-safe.
class Output {
 public:
  /// Copies the bytes.
  void append(std::string_view bytes);
  /// Moves the string in, or copies it if that is cheaper.
  void take(std::string&& bytes);
  /// Sends the bytes from where they are; `owner` keeps them there until they are sent.
  void lend(std::shared_ptr<const void> owner, std::string_view bytes);

  /// Returns a string to append to; report the number of appended bytes with written().
  std::string& openText();
  void written(std::size_t bytes) { size_ += bytes; }

  /// The number of bytes that are not sent yet.
  std::size_t size() const { return size_; }
  /// The number of bytes of memory held, without borrowed bytes.
  std::size_t memory() const;

  /// Describes the first unsent bytes for writev. Returns how many of `parts` are used.
  std::size_t gather(std::span<iovec> parts) const;
  /// Drops the first `bytes`, which were sent.
  void consume(std::size_t bytes);

 private:
  struct Piece {
    std::string text;
    std::shared_ptr<const void> owner;  // if set, `lent` is the piece
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
  std::size_t first_ = 0;  // in pieces_: the first that is not wholly sent
  std::size_t sent_ = 0;   // bytes of that piece
  std::size_t size_ = 0;
};

}  // namespace larder::http

#endif
