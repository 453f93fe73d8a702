// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_STORED_FORM_HPP
#define LARDER_HTTP_STORED_FORM_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace larder::http {

/// The part of a response that is cached in the form in which it is sent, so a server neither copies nor
/// renders it. Immutable, so several threads may send it at once. Must be destroyed before its Cache.
struct StoredForm {
  Payload payload;  ///< owns the bytes of the two views below
  /// "Name: value\r\n" for each field, with Date, without Content-Length and Connection.
  std::string_view headerBlock;
  std::string_view body;
  std::chrono::seconds age{0};  ///< of the response when it was stored
  bool forEveryone = false;     ///< also answers requests with credentials

  /// Returns the value of the first field of that name; nullopt if there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

struct FieldView {
  std::string_view name;
  std::string_view value;
};

/// Takes the first field off a header block. Returns nullopt if the block does not begin with a complete
/// field.
std::optional<FieldView> takeField(std::string_view& block);

}  // namespace larder::http

#endif
