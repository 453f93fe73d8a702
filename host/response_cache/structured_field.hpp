// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSE_CACHE_STRUCTURED_FIELD_HPP
#define LARDER_RESPONSE_CACHE_STRUCTURED_FIELD_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::http {

/// A member of a dictionary (RFC 8941 3.2), reduced to what cache directives need. Parameters are dropped.
struct DictionaryMember {
  std::string_view key;
  std::optional<std::int64_t> integer{};  ///< the value, if it is an integer
  bool isTrue = false;                    ///< the value is true; a member without a value is, too
};

/// Returns the members in order, including duplicates. Returns nullopt if the text is not a dictionary. The
/// members borrow from the text.
std::optional<std::vector<DictionaryMember>> parseDictionary(std::string_view text);

/// Returns the strings of a list (RFC 8941 3.1) that contains only strings, without their parameters; nullopt
/// for any other text.
std::optional<std::vector<std::string>> parseStringList(std::string_view text);

}  // namespace larder::http

#endif
