// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_BYTE_STREAM_HPP
#define LARDER_BYTE_STREAM_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace larder {

/// Appends integers (little-endian on every machine) and length-prefixed byte strings to a buffer.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& into) : into_(into) {}

  template <class Integer>
  void integer(Integer number) {
    static_assert(std::is_integral_v<Integer>);
    auto bits = static_cast<std::make_unsigned_t<Integer>>(number);
    for (std::size_t i = 0; i < sizeof bits; ++i) {
      into_ += static_cast<char>(bits & 0xff);
      if constexpr (sizeof bits > 1) bits = static_cast<decltype(bits)>(bits >> 8);
    }
  }
  void raw(std::string_view bytes) { into_ += bytes; }
  void sized(std::string_view bytes) {
    integer(static_cast<std::uint64_t>(bytes.size()));
    raw(bytes);
  }

 private:
  std::string& into_;
};

/// Reads the output of ByteWriter. Reading past the end returns zeros and empty strings and makes ok() false,
/// so a decoder checks once, at its end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  template <class Integer>
  Integer integer() {
    static_assert(std::is_integral_v<Integer>);
    const std::string_view bytes = raw(sizeof(Integer));
    if (bytes.size() != sizeof(Integer)) return 0;
    std::make_unsigned_t<Integer> bits = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    std::memcpy(&bits, bytes.data(), sizeof bits);
#else
    for (std::size_t i = sizeof(Integer); i-- > 0;) {
      if constexpr (sizeof bits > 1) bits = static_cast<decltype(bits)>(bits << 8);
      bits = static_cast<decltype(bits)>(bits | static_cast<unsigned char>(bytes[i]));
    }
#endif
    return static_cast<Integer>(bits);
  }
  std::string_view raw(std::uint64_t size) {
    if (size > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto bytes = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  std::string_view sized() { return raw(integer<std::uint64_t>()); }

  std::size_t left() const { return rest_.size(); }
  bool ok() const { return ok_; }
  /// Returns true if every read succeeded and no bytes are left.
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace larder

#endif
