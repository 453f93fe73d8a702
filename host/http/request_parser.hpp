// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_REQUEST_PARSER_HPP
#define LARDER_HTTP_REQUEST_PARSER_HPP

#include <cstddef>
#include <memory>
#include <string_view>

#include <larder/http/limits.hpp>
#include <larder/http/request.hpp>

namespace larder::http {

class BodyBudget;

/// Parses a Request from its bytes, with llhttp in strict mode and with further checks where a head could be
/// read in two ways (RFC 9112 6.3, 3.2). Parses one request after the other. Not thread-safe.
class RequestParser {
 public:
  enum class Verdict { incomplete, complete, refused };

  /// `bodies` is shared with other parsers; null means no shared limit.
  explicit RequestParser(const RequestLimits& limits, std::shared_ptr<BodyBudget> bodies = nullptr);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Parses a head that a HeadScanner found complete, with its number of fields. Returns `incomplete` if a
  /// body follows.
  Verdict head(std::string_view bytes, std::size_t fields);

  /// Parses a part of the body that head() announced. Sets `used` to the number of bytes that belong to the
  /// body.
  Verdict body(std::string_view bytes, std::size_t& used);

  /// Returns the request, valid once it is complete and until the next head.
  Request& request();
  /// Releases the memory of the request.
  void forgetRequest();

  /// Properties of the head, known once head() has parsed it.
  bool keepsAlive() const;
  bool isHead() const;
  bool isVersion10() const;
  bool expectsContinue() const;

  const Refusal& refusal() const;

 private:
  class Parser;  // hides llhttp
  std::unique_ptr<Parser> parser_;
};

}  // namespace larder::http

#endif
