// SPDX-License-Identifier: Apache-2.0
//
// The parsers of field values, targets, cookies and trace contexts: whatever comes, they end, and what they
// return lies in what they were given.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <larder/http/headers.hpp>
#include <larder/http/request.hpp>
#include <larder/http/session_cookie.hpp>
#include <larder/http/trace_context.hpp>
#include "http/date.hpp"
#include "http/stored_form.hpp"
#include "http/target.hpp"

using namespace larder::http;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool liesIn(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto element : listElements(text)) require(!element.empty() && liesIn(element, text));
  if (const auto decoded = percentDecode(text)) require(decoded->size() <= size);
  parseDate(text);
  auto block = text;
  while (const auto field = takeField(block))
    require(liesIn(field->name, text) && liesIn(field->value, text));
  if (const auto target = splitTarget(text, true))
    require(target->origin == "*" || target->origin.starts_with('/'));
  // In a later version than 00 more may follow, and the other flags are not passed on.
  if (const auto context = parseTraceparent(text)) {
    const auto passed_on = context->traceparent();
    require(passed_on.substr(2, 51) == text.substr(2, 51) && text.substr(0, 2) != "ff");
    require(parseTraceparent(passed_on).has_value());
  }
  auto request = Request::of("GET", std::string(text));
  require(request.path.size() <= size);
  if (isFieldValue(text)) {
    request.headers.add("Cookie", text);
    const auto value = SessionCookie(true).valueIn(request.headers);
    if (value) require(text.find(*value) != std::string_view::npos);
  }
  return 0;
}
