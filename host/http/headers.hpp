// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HEADERS_HPP
#define LARDER_HTTP_HEADERS_HPP

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::http {

/// Header fields in their order; names compare without case (RFC 9110 5.1).
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields) {}

  /// The first field of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  bool has(std::string_view name) const { return get(name).has_value(); }

  /// All fields of that name joined by ", ", as RFC 9110 5.3 allows; nullopt if there is none.
  std::optional<std::string> joined(std::string_view name) const;

  /// Replaces every field of that name by one. Throws std::invalid_argument if name or value can't be
  /// sent: a name that is no token, a value with CR, LF or NUL.
  void set(std::string_view name, std::string_view value);
  /// Adds one, beside those of the same name. Throws as set does.
  void add(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<Field> fields_;
};

/// Whether it may be the name of a header field, or a method (RFC 9110 5.6.2).
bool isToken(std::string_view text);

/// Whether it can be sent as the value of a header field: it holds no CR, LF or NUL.
bool isFieldValue(std::string_view value);

/// ASCII letters in lower case.
std::string lowerCase(std::string_view text);

/// Compares ASCII text without case.
bool equalsIgnoreCase(std::string_view left, std::string_view right);

/// The elements of a comma-separated list, trimmed, quoted strings kept whole, empty elements left out
/// (RFC 9110 5.6.1).
std::vector<std::string_view> listElements(std::string_view value);

}  // namespace larder::http

#endif
