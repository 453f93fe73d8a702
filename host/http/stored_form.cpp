// SPDX-License-Identifier: Apache-2.0
#include "http/stored_form.hpp"

#include <larder/http/headers.hpp>

namespace larder::http {

std::optional<FieldView> takeField(std::string_view& block) {
  const auto end = block.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = block.substr(0, end);
  const auto colon = line.find(": ");
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  block.remove_prefix(end + 2);
  return FieldView{line.substr(0, colon), line.substr(colon + 2)};
}

std::optional<std::string_view> StoredForm::header(std::string_view name) const {
  auto rest = headerBlock;
  while (const auto field = takeField(rest))
    if (equalsIgnoreCase(field->name, name)) return field->value;
  return std::nullopt;
}

}  // namespace larder::http
