// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_STORED_FORM_HPP
#define LARDER_HTTP_STORED_FORM_HPP

#include <larder/cache.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace larder::http {

/// The part of a response that lies in the cache as it is sent, so that a server neither copies nor renders
/// it. Does not change, so several threads may send it at once; must be gone before its Cache.
struct StoredForm {
  Payload payload;  ///< holds what the two below are views of
  /// "Name: value\r\n" for each field, with Date, without length and connection.
  std::string_view headerBlock;
  std::string_view body;
  std::chrono::seconds age{0};  ///< that it had when it was stored
  bool forEveryone = false;     ///< also for requests with credentials

  /// The first field of that name.
  std::optional<std::string_view> header(std::string_view name) const;
};

struct FieldView {
  std::string_view name;
  std::string_view value;
};

/// Takes the first field off a header block; nullopt if it does not begin with a whole one.
std::optional<FieldView> takeField(std::string_view& block);

}  // namespace larder::http

#endif
