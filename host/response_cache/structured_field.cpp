// SPDX-License-Identifier: Apache-2.0
#include "response_cache/structured_field.hpp"

#include <algorithm>
#include <utility>

namespace larder::http {
namespace {

constexpr std::size_t kMostDigits = 15;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isLetter(char c) { return isLower(c) || (c >= 'A' && c <= 'Z'); }
bool isOneOf(char c, std::string_view these) { return these.find(c) != std::string_view::npos; }
bool inKey(char c) { return isLower(c) || isDigit(c) || isOneOf(c, "_-.*"); }
bool inToken(char c) { return isLetter(c) || isDigit(c) || isOneOf(c, "!#$%&'*+-.^_`|~:/"); }
bool inBytes(char c) { return isLetter(c) || isDigit(c) || isOneOf(c, "+/="); }

struct Item {
  std::optional<std::int64_t> integer{};
  std::optional<std::string> string{};
  bool isTrue = false;
};

// Reads from the front. After malformed input, ok() is false and all reads return nothing.
class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) { skip(" "); }

  bool ok() const { return ok_; }
  // Ends a whole field: only spaces may follow.
  bool atEnd() {
    skip(" ");
    return left_.empty();
  }
  // Advances to the next member of a list or dictionary. Returns false at the end; a trailing comma is an
  // error.
  bool nextMember() {
    skip(" \t");
    if (left_.empty() || !ok_) return false;
    if (!take(',')) return false;
    skip(" \t");
    if (left_.empty()) ok_ = false;
    return ok_;
  }

  bool take(char c) {
    if (left_.empty() || left_.front() != c) return false;
    left_.remove_prefix(1);
    return true;
  }

  std::string_view key() {
    if (left_.empty() || !(isLower(left_.front()) || left_.front() == '*')) return fail();
    return takeWhile(inKey);
  }

  // Skips a value of a type not needed here, such as an inner list, with its parameters.
  Item member() {
    Item item;
    if (take('(')) {
      for (skip(" "); ok_ && !take(')'); skip(" ")) {
        bareItem();
        parameters();
        if (left_.empty() || !isOneOf(left_.front(), " )")) fail();
      }
    } else {
      item = bareItem();
    }
    parameters();
    return item;
  }

  void parameters() {
    while (ok_ && take(';')) {
      skip(" ");
      key();
      if (take('=')) bareItem();
    }
  }

 private:
  std::string_view fail() {
    ok_ = false;
    left_ = {};
    return {};
  }
  void skip(std::string_view these) {
    left_.remove_prefix(std::min(left_.find_first_not_of(these), left_.size()));
  }
  template <class Test>
  std::string_view takeWhile(Test test) {
    const auto end = std::find_if_not(left_.begin(), left_.end(), test);
    const auto taken = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
    left_.remove_prefix(taken.size());
    return taken;
  }

  Item bareItem() {
    const char first = left_.empty() ? '\0' : left_.front();
    if (isDigit(first) || first == '-') return number();
    if (take('"')) return {.string = string()};
    if (take('?')) return {.isTrue = boolean()};
    if (take(':')) {
      takeWhile(inBytes);
      if (!take(':')) fail();
      return {};
    }
    if (!isLetter(first) && first != '*') fail();
    takeWhile(inToken);
    return {};
  }

  Item number() {
    const bool negative = take('-');
    const auto whole = takeWhile(isDigit);
    const bool decimal = take('.');
    const auto part = decimal ? takeWhile(isDigit) : std::string_view();
    const bool good =
        decimal ? whole.size() <= 12 && !part.empty() && part.size() <= 3 : whole.size() <= kMostDigits;
    if (whole.empty() || !good) fail();
    if (decimal || !ok_) return {};
    std::int64_t value = 0;
    for (const char digit : whole) value = value * 10 + (digit - '0');
    return {.integer = negative ? -value : value};
  }

  bool boolean() {
    if (take('1')) return true;
    if (!take('0')) fail();
    return false;
  }

  std::string string() {
    std::string text;
    while (!left_.empty()) {
      if (take('"')) return text;
      const bool escaped = take('\\');
      const char c = left_.empty() ? '\0' : left_.front();
      if (c < 0x20 || c > 0x7e || (escaped && c != '"' && c != '\\')) break;
      text += c;
      left_.remove_prefix(1);
    }
    fail();
    return {};
  }

  std::string_view left_;
  bool ok_ = true;
};

}  // namespace

std::optional<std::vector<DictionaryMember>> parseDictionary(std::string_view text) {
  Reader reader(text);
  std::vector<DictionaryMember> members;
  if (reader.atEnd()) return members;
  do {
    DictionaryMember member{.key = reader.key()};
    if (reader.take('=')) {
      const auto item = reader.member();
      member.integer = item.integer;
      member.isTrue = item.isTrue;
    } else {
      member.isTrue = true;
      reader.parameters();
    }
    members.push_back(member);
  } while (reader.nextMember());
  if (!reader.ok() || !reader.atEnd()) return std::nullopt;
  return members;
}

std::optional<std::vector<std::string>> parseStringList(std::string_view text) {
  Reader reader(text);
  std::vector<std::string> strings;
  if (reader.atEnd()) return strings;
  do {
    auto item = reader.member();
    if (!item.string) return std::nullopt;
    strings.push_back(*std::move(item.string));
  } while (reader.nextMember());
  if (!reader.ok() || !reader.atEnd()) return std::nullopt;
  return strings;
}

}  // namespace larder::http
