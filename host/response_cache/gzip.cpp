// SPDX-License-Identifier: Apache-2.0
#include "response_cache/gzip.hpp"

#include <Poco/DeflatingStream.h>

#include <algorithm>
#include <array>
#include <sstream>

#include <larder/http/cacheability.hpp>
#include <larder/http/headers.hpp>

namespace larder::http {
namespace {

constexpr int kLevel = 6;  // zlib's default; higher levels double the time to save one percent

// Parses a weight (RFC 9110 12.4.2) in thousandths. A malformed one is 0, so it is never accepted by mistake.
int weightOf(std::string_view text) {
  const bool one = text.starts_with('1');
  if (!one && !text.starts_with('0')) return 0;
  text.remove_prefix(1);
  if (text.empty()) return one ? 1000 : 0;
  if (text.front() != '.' || text.size() > 4) return 0;
  text.remove_prefix(1);
  int thousandths = 0;
  for (int place = 100; const char digit : text) {
    if (digit < '0' || digit > '9') return 0;
    thousandths += (digit - '0') * place;
    place /= 10;
  }
  if (one) return thousandths == 0 ? 1000 : 0;
  return thousandths;
}

// Splits "gzip;q=0.5" into the coding and its weight.
std::pair<std::string_view, int> codingOf(std::string_view element) {
  const auto semicolon = element.find(';');
  const auto coding = trimmed(element.substr(0, semicolon));
  if (semicolon == std::string_view::npos) return {coding, 1000};
  const auto parameter = trimmed(element.substr(semicolon + 1));
  const bool weighted =
      parameter.size() > 2 && (parameter[0] == 'q' || parameter[0] == 'Q') && parameter[1] == '=';
  return {coding, weighted ? weightOf(parameter.substr(2)) : 0};
}

// Text formats compress well.
bool isText(std::string_view content_type) {
  const auto type = lowerCase(trimmed(content_type.substr(0, content_type.find(';'))));
  constexpr std::array<std::string_view, 6> texts{"application/json",    "application/javascript",
                                                  "application/xml",     "application/x-ndjson",
                                                  "application/graphql", "application/wasm"};
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
         std::find(texts.begin(), texts.end(), type) != texts.end();
}

bool isForOneUser(const CachePolicy& policy) {
  return policy.variesBySession() ||
         std::any_of(policy.headers().begin(), policy.headers().end(), [](const auto& name) {
           return equalsIgnoreCase(name, "Authorization") || equalsIgnoreCase(name, "Cookie");
         });
}

bool mayBeEncoded(const CachePolicy& policy, const Response& response) {
  constexpr std::array<std::string_view, 6> about_bytes{"Content-Encoding", "Content-Range",  "Content-MD5",
                                                        "Digest",           "Content-Digest", "Repr-Digest"};
  return !isForOneUser(policy) && !hasDirective(response.headers, "Cache-Control", "no-transform") &&
         std::none_of(about_bytes.begin(), about_bytes.end(),
                      [&response](std::string_view name) { return response.headers.has(name); }) &&
         isText(response.headers.get("Content-Type").value_or(""));
}

std::string gzipped(const std::string& body) {
  std::ostringstream out;
  Poco::DeflatingOutputStream gzip(out, Poco::DeflatingStreamBuf::STREAM_GZIP, kLevel);
  gzip.write(body.data(), static_cast<std::streamsize>(body.size()));
  gzip.close();
  return std::move(out).str();
}

}  // namespace

bool prefersGzip(const Headers& request) {
  const auto accepted = request.joined("Accept-Encoding");
  if (!accepted) return false;
  std::optional<int> gzip;
  std::optional<int> plain;
  std::optional<int> others;
  for (const auto element : listElements(*accepted)) {
    const auto [coding, weight] = codingOf(element);
    if (equalsIgnoreCase(coding, "gzip") || equalsIgnoreCase(coding, "x-gzip")) gzip = weight;
    if (equalsIgnoreCase(coding, "identity")) plain = weight;
    if (coding == "*") others = weight;
  }
  const int wanted = gzip.value_or(others.value_or(0));
  return wanted > 0 && wanted >= plain.value_or(0);
}

std::optional<std::string> gzipForm(const CachePolicy& policy, const Response& response, std::size_t limit) {
  const auto& body = response.body;
  if (policy.gzipFrom() == 0 || body.size() < policy.gzipFrom() || !mayBeEncoded(policy, response))
    return std::nullopt;
  auto form = gzipped(body);
  if (form.size() > body.size() - body.size() / 10 || form.size() + body.size() > limit) return std::nullopt;
  return form;
}

std::string gzipTag(std::string_view tag) {
  std::string own(tag);
  if (own.starts_with('"') && own.size() > 1) own.insert(own.size() - 1, "-gzip");
  return own;
}

}  // namespace larder::http
