// SPDX-License-Identifier: Apache-2.0
#include <larder/http/headers.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace larder::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// RFC 9110 5.6.2.
constexpr auto kTokenBytes = [] {
  std::array<bool, 256> token{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                       "!#$%&'*+-.^_`|~"))
    token[static_cast<unsigned char>(c)] = true;
  return token;
}();

constexpr auto kEndsAField = [] {
  std::array<bool, 256> ends{};
  ends['\r'] = ends['\n'] = ends['\0'] = true;
  return ends;
}();

constexpr std::size_t kMaxPart = std::numeric_limits<std::uint32_t>::max();

// Most fields of a request differ from the name in their size already.
bool isNamed(std::string_view field, std::string_view name) {
  return field.size() == name.size() && equalsIgnoreCase(field, name);
}

bool canBeSent(std::string_view name, std::string_view value) {
  return isToken(name) && isFieldValue(value) && name.size() <= kMaxPart && value.size() <= kMaxPart;
}

[[noreturn]] void refuse(std::string_view name, std::string_view value) {
  if (!isToken(name))
    throw std::invalid_argument("header name \"" + std::string(name) + "\" is not a token (RFC 9110 5.6.2)");
  const std::string field = "the value of header " + std::string(name.substr(0, 100));
  throw std::invalid_argument(isFieldValue(value) ? field + " is too long"
                                                  : field + " contains CR, LF or NUL; encode it first");
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool isToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return kTokenBytes[static_cast<unsigned char>(c)]; });
}

bool isFieldValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return kEndsAField[static_cast<unsigned char>(c)]; });
}

std::string lowerCase(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

bool equalsIgnoreCase(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::vector<std::string_view> listElements(std::string_view value) {
  std::vector<std::string_view> elements;
  bool in_quotes = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= value.size(); ++i) {
    if (i < value.size()) {
      if (value[i] == '\\' && in_quotes) {
        ++i;
        continue;
      }
      if (value[i] == '"') in_quotes = !in_quotes;
      if (value[i] != ',' || in_quotes) continue;
    }
    const auto end = std::min(i, value.size());
    if (const auto element = trimmed(value.substr(begin, end - begin)); !element.empty())
      elements.push_back(element);
    begin = end + 1;
    if (begin > value.size()) break;
  }
  return elements;
}

Headers::Headers(std::initializer_list<Field> fields) {
  for (const auto& [name, value] : fields) add(name, value);
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [field, value] : *this)
    if (isNamed(field, name)) return value;
  return std::nullopt;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
  std::optional<std::string> all;
  for (const auto& [field, value] : *this) {
    if (!isNamed(field, name)) continue;
    if (all)
      all->append(", ").append(value);
    else
      all = value;
  }
  return all;
}

void Headers::set(std::string_view name, std::string_view value) {
  if (!canBeSent(name, value)) refuse(name, value);
  remove(name);
  addOwn(name, value);
}

void Headers::add(std::string_view name, std::string_view value) {
  if (!canBeSent(name, value)) refuse(name, value);
  addOwn(name, value);
}

void Headers::addOwn(std::string_view name, std::string_view value) {
  const std::array<Size, 2> sizes{static_cast<Size>(name.size()), static_cast<Size>(value.size())};
  text_.append(reinterpret_cast<const char*>(sizes.data()), sizeof sizes).append(name).append(value);
  ++size_;
}

void Headers::remove(std::string_view name) {
  for (std::size_t at = 0; at < text_.size();) {
    const auto [field, value] = *Iterator(text_.data() + at);
    const std::size_t whole = kPrefix + field.size() + value.size();
    if (!isNamed(field, name)) {
      at += whole;
      continue;
    }
    text_.erase(at, whole);
    --size_;
  }
}

bool hasDirective(const Headers& headers, std::string_view field, std::string_view directive) {
  const auto value = headers.joined(field);
  if (!value) return false;
  const auto elements = listElements(*value);
  return std::any_of(elements.begin(), elements.end(), [directive](std::string_view element) {
    return equalsIgnoreCase(trimmed(element.substr(0, element.find('='))), directive);
  });
}

}  // namespace larder::http
