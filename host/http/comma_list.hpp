// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_COMMA_LIST_HPP
#define LARDER_HTTP_COMMA_LIST_HPP

#include <string>
#include <vector>

namespace larder::http {

/// Joins the elements as in "GET, HEAD": the form of a list field (RFC 9110 5.6.1), and of a sentence.
inline std::string commaList(const std::vector<std::string>& elements) {
  std::string list;
  for (const auto& element : elements) list += (list.empty() ? "" : ", ") + element;
  return list;
}

}  // namespace larder::http

#endif
