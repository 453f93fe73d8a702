// SPDX-License-Identifier: Apache-2.0
#include "http/write_response.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include "http/stored_form.hpp"

namespace larder::http {
namespace {

bool canBeSent(const Response& response) { return response.status >= 200 && response.status <= 599; }

bool saysWhereItEnds(std::string_view name) {
  constexpr std::array<std::string_view, 4> ours{"Content-Length", "Connection", "Transfer-Encoding",
                                                 "Keep-Alive"};
  return std::any_of(ours.begin(), ours.end(),
                     [&](std::string_view own) { return equalsIgnoreCase(name, own); });
}

void appendNumber(std::string& text, std::size_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

void appendField(std::string& text, std::string_view name, std::string_view value) {
  text += name;
  text += ": ";
  text += value;
  text += "\r\n";
}

void appendStatusLine(std::string& text, int status) {
  if (status == 200) {
    text += "HTTP/1.1 200 OK\r\n";
    return;
  }
  text += "HTTP/1.1 ";
  appendNumber(text, static_cast<std::size_t>(status));
  text += ' ';
  text += reasonPhrase(status);
  text += "\r\n";
}

void appendConnection(std::string& text, const ResponseForm& form) {
  if (!form.keepAlive)
    appendField(text, "Connection", "close");
  else if (form.version10)
    appendField(text, "Connection", "keep-alive");
}

void appendOwnFields(std::string& text, const Headers& headers) {
  for (const auto& [name, value] : headers)
    if (!saysWhereItEnds(name)) appendField(text, name, value);
}

// RFC 9110 6.4.1.
bool hasNoBody(int status) { return status == 204 || status == 304; }

// Sends a cached body from the cache's memory, without a copy.
void writeBody(Response& response, Output& out) {
  if (!response.stored) return out.take(std::move(response.body));
  const auto body = response.stored->body;
  out.lend(std::move(response.stored), body);
}

// For HEAD, a handler that omits the body may state its length; otherwise the length is unknown and omitted
// (RFC 9110 8.6).
void appendLength(std::string& text, const Response& response, const ResponseForm& form) {
  const auto size = response.content().size();
  if (form.head && size == 0 && !response.stored) {
    const auto said = response.headers.get("Content-Length").value_or("");
    if (!said.empty() && said.find_first_not_of("0123456789") == std::string_view::npos)
      appendField(text, "Content-Length", said);
    return;
  }
  text += "Content-Length: ";
  appendNumber(text, size);
  text += "\r\n";
}

void write(Response& response, const ResponseForm& form, Output& out) {
  const bool bodiless = hasNoBody(response.status);
  std::string& text = out.openText();
  const std::size_t before = text.size();
  appendStatusLine(text, response.status);
  if (response.stored) text += response.stored->headerBlock;
  appendOwnFields(text, response.headers);
  if (!response.stored && !response.headers.has("Date")) appendField(text, "Date", form.date);
  appendConnection(text, form);
  if (!bodiless) appendLength(text, response, form);
  text += "\r\n";
  out.written(text.size() - before);
  if (!bodiless && !form.head) writeBody(response, out);
}

}  // namespace

bool writeResponse(Response&& response, const ResponseForm& form, Output& out) {
  const bool good = canBeSent(response);
  if (!good)
    response = Response::problem(500, "internal-error", "Internal Server Error",
                                 "The request failed; try again later.");
  write(response, form, out);
  return good;
}

}  // namespace larder::http
