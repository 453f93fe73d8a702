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

/// Makes a Request of its bytes, by llhttp in strict mode and by checks of our own where a head may be read
/// in two ways (RFC 9112 6.3, 3.2). One request after the other; not thread-safe.
class RequestParser {
 public:
  enum class Verdict { incomplete, complete, refused };

  /// `bodies` is shared with other parsers; null: no limit together.
  explicit RequestParser(const RequestLimits& limits, std::shared_ptr<BodyBudget> bodies = nullptr);
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Takes a head that a HeadScanner found complete and to have as many fields. `incomplete`: a body follows.
  Verdict head(std::string_view bytes, std::size_t fields);

  /// Takes a part of the body that head() announced, and says in `used` how many bytes of it were the body's.
  Verdict body(std::string_view bytes, std::size_t& used);

  /// The request, once it is complete, until the next head.
  Request& request();
  /// What it holds is needed no longer.
  void forgetRequest();

  /// What the head says, known once head() has taken it.
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
