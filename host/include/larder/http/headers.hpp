// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HEADERS_HPP
#define LARDER_HTTP_HEADERS_HPP

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::http {

/// Header fields in order; names compare case-insensitively (RFC 9110 5.1). Every field can be sent: its name
/// is a token, and its value contains no CR, LF or NUL. All fields share one string, so a request's head
/// costs one allocation, however many fields it has. Views of names and values are valid until the next
/// change.
class Headers {
 public:
  using Field = std::pair<std::string_view, std::string_view>;
  class Iterator;

  Headers() = default;
  /// Throws as add does.
  Headers(std::initializer_list<Field> fields);

  /// Returns the value of the first field of that name; nullopt if there is none.
  std::optional<std::string_view> get(std::string_view name) const;
  bool has(std::string_view name) const { return get(name).has_value(); }

  /// Returns the values of all fields of that name joined by ", ", as RFC 9110 5.3 allows; nullopt if there
  /// is none.
  std::optional<std::string> joined(std::string_view name) const;

  /// Replaces every field of that name with a single one. Throws std::invalid_argument if name or value
  /// cannot be sent: a name that is not a token, a value with CR, LF or NUL. Here and below, neither argument
  /// may be a view of a field of this object.
  void set(std::string_view name, std::string_view value);
  /// Adds a field, beside those of the same name. Throws as set does.
  void add(std::string_view name, std::string_view value);
  /// Adds a field without checking it. The caller must know that it can be sent, as for names and values of
  /// its own.
  void addOwn(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  void clear() {
    text_.clear();
    size_ = 0;
  }
  /// The number of bytes that the fields occupy.
  std::size_t capacity() const { return text_.capacity(); }

  /// Reserves room for `bytes` bytes of names and values in `fields` fields, in one allocation.
  void reserve(std::size_t bytes, std::size_t fields) { text_.reserve(bytes + fields * kPrefix); }

  Iterator begin() const;
  Iterator end() const;
  std::size_t size() const { return size_; }

 private:
  // Each field is preceded by the sizes of its name and its value.
  using Size = std::uint32_t;
  static constexpr std::size_t kPrefix = 2 * sizeof(Size);

  std::string text_;
  std::size_t size_ = 0;
};

/// Reads the fields in order.
class Headers::Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = Field;
  using difference_type = std::ptrdiff_t;
  using pointer = const Field*;
  using reference = Field;

  explicit Iterator(const char* at) : at_(at) {}

  Field operator*() const { return {{at_ + kPrefix, nameSize()}, {at_ + kPrefix + nameSize(), valueSize()}}; }
  Iterator& operator++() {
    at_ += kPrefix + nameSize() + valueSize();
    return *this;
  }
  Iterator operator++(int) {
    const Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(Iterator left, Iterator right) { return left.at_ == right.at_; }

 private:
  Size sizeAt(const char* at) const {
    Size size;
    std::memcpy(&size, at, sizeof size);
    return size;
  }
  Size nameSize() const { return sizeAt(at_); }
  Size valueSize() const { return sizeAt(at_ + sizeof(Size)); }

  const char* at_;
};

inline Headers::Iterator Headers::begin() const { return Iterator(text_.data()); }
inline Headers::Iterator Headers::end() const { return Iterator(text_.data() + text_.size()); }

/// Returns whether `text` may be the name of a header field, or a method (RFC 9110 5.6.2).
bool isToken(std::string_view text);

/// Returns `text` without spaces and tabs at both ends, the optional whitespace of RFC 9110 5.6.3.
std::string_view trimmed(std::string_view text);

/// Returns whether `value` can be sent as the value of a header field: it contains no CR, LF or NUL.
bool isFieldValue(std::string_view value);

/// Returns `text` with its ASCII letters in lower case.
std::string lowerCase(std::string_view text);

/// Compares ASCII text without case.
bool equalsIgnoreCase(std::string_view left, std::string_view right);

/// Returns the elements of a comma-separated list, trimmed; keeps quoted strings whole and omits empty
/// elements (RFC 9110 5.6.1).
std::vector<std::string_view> listElements(std::string_view value);

/// Returns whether a comma-separated field (Cache-Control, Vary) has that directive, with any argument and in
/// any case.
bool hasDirective(const Headers& headers, std::string_view field, std::string_view directive);

}  // namespace larder::http

#endif
