// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ADMIN_API_ANSWERS_HPP
#define LARDER_ADMIN_API_ANSWERS_HPP

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <larder/http/request.hpp>
#include <larder/http/response.hpp>

namespace larder::host {

/// Returns a 200 with that body. Replaces bytes that are not UTF-8: keys and entries may contain any bytes.
inline http::Response answer(const nlohmann::ordered_json& body) {
  return http::Response::json(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                              "\n");
}

inline http::Response badRequest(std::string_view detail) {
  return http::Response::problem(400, "invalid-request", "Bad Request", detail);
}

/// Returns the object in the request's body; nullopt for anything else.
inline std::optional<nlohmann::ordered_json> objectIn(const http::Request& request) {
  auto body = nlohmann::ordered_json::parse(request.body, nullptr, false);
  return body.is_object() ? std::optional(std::move(body)) : std::nullopt;
}

/// Returns the text of member `name` if it is the only member and not empty.
inline std::optional<std::string> onlyText(const nlohmann::ordered_json& body, std::string_view name) {
  const auto found = body.find(std::string(name));
  if (body.size() != 1 || found == body.end() || !found->is_string()) return std::nullopt;
  auto text = found->get<std::string>();
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

/// The number in the query under `name`; `otherwise` if there is none, nullopt if it is not a number from
/// `least` to `most`.
inline std::optional<std::uint64_t> numberIn(const http::Request& request, std::string_view name,
                                             std::uint64_t otherwise, std::uint64_t least,
                                             std::uint64_t most) {
  const auto text = request.queryParam(name);
  if (!text) return otherwise;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return number >= least && number <= most ? std::optional(number) : std::nullopt;
}

}  // namespace larder::host

#endif
