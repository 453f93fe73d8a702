// SPDX-License-Identifier: Apache-2.0
#include "cluster_redirect.hpp"

#include <charconv>
#include <memory>
#include <new>
#include <string>
#include <system_error>

namespace larder::redis {
namespace {

std::string_view takeWord(std::string_view& text) {
  const auto space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  return word;
}

template <class Number>
bool readNumber(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && !text.empty() && end == text.data() + text.size();
}

}  // namespace

Redirection redirectionIn(std::string_view error) {
  const std::string_view word = takeWord(error);
  if (word == "MOVED") return Redirection::moved;
  if (word == "ASK") return Redirection::ask;
  return word == "TRYAGAIN" || word == "CLUSTERDOWN" ? Redirection::wait : Redirection::none;
}

// The address is not a URL: an IPv6 host stands in it without brackets, and the last colon precedes the port.
std::optional<Redirect> readRedirect(std::string_view error, const HostPort& answering) {
  takeWord(error);
  Redirect redirect;
  if (!readNumber(takeWord(error), redirect.slot)) return std::nullopt;
  const auto colon = error.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view host = error.substr(0, colon);
  redirect.node.host = host.empty() || host == "?" ? answering.host : std::string(host);
  if (!readNumber(error.substr(colon + 1), redirect.node.port) || redirect.node.port == 0)
    return std::nullopt;
  return redirect;
}

// hiredis creates replies only by parsing.
Reply makeErrorReply(std::string_view text) {
  const std::unique_ptr<redisReader, void (*)(redisReader*)> reader(redisReaderCreate(), redisReaderFree);
  const std::string line = std::string("-").append(text).append("\r\n");
  void* reply = nullptr;
  if (!reader || redisReaderFeed(reader.get(), line.data(), line.size()) != REDIS_OK ||
      redisReaderGetReply(reader.get(), &reply) != REDIS_OK || reply == nullptr)
    throw std::bad_alloc();
  return Reply(static_cast<redisReply*>(reply));
}

}  // namespace larder::redis
