// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_REPLY_READER_HPP
#define LARDER_MEMCACHED_REPLY_READER_HPP

#include "pending_op.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace larder::memcached {

/// Ends every line and every value.
inline constexpr std::string_view kLineEnd = "\r\n";

/// One part of a reply in memcached's text protocol.
struct ReplyPart {
  enum class Kind {
    value,  ///< "VALUE key flags size cas" and its bytes
    line,   ///< any other line, without its end
  };
  Kind kind = Kind::line;
  std::string_view text{};  ///< the key or the line; valid until the reader is used again
  MallocBytes bytes{};
  std::size_t size = 0;
  std::uint64_t cas = 0;
};

/// Splits a server's byte stream into parts, however the network has split it. Not thread-safe.
class ReplyReader {
 public:
  enum class Next { part, needsMore, nonsense, noMemory };

  /// The largest value that memcached accepts for -I.
  static constexpr std::size_t kLargestItem = std::size_t{1} << 30;

  /// A value larger than `largestValue` is treated as nonsense. Throws std::bad_alloc.
  explicit ReplyReader(std::size_t largestValue = kLargestItem);

  /// Returns where to put the next received bytes, never empty. A large value is received in place.
  std::span<char> room();
  void received(std::size_t size);

  /// Moves the next part into `part`. After `nonsense` or `noMemory` only forget() may be called.
  Next next(ReplyPart& part);

  /// Returns true if no byte is left over.
  bool isEmpty() const { return begin_ == end_ && !inValue_; }
  void forget();

 private:
  static constexpr std::size_t kBufferSize = 64 * 1024;
  static constexpr std::size_t kLongestLine = 2048;

  bool beginValue(std::string_view line);
  Next continueValue(ReplyPart& part);

  const std::size_t largestValue_;
  const std::unique_ptr<std::array<char, kBufferSize>> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;

  bool inValue_ = false;
  std::array<char, 256> key_{};
  std::size_t keySize_ = 0;
  MallocBytes value_{};
  std::size_t valueSize_ = 0;
  std::size_t valueFilled_ = 0;  // up to two more than the size, for the end of the line
  std::uint64_t cas_ = 0;
};

}  // namespace larder::memcached

#endif
