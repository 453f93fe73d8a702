// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_CONNECTION_HPP
#define LARDER_HTTP_CONNECTION_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <larder/http/limits.hpp>
#include <larder/http/request.hpp>
#include <larder/http/response.hpp>
#include "http/head_scanner.hpp"
#include "http/output.hpp"
#include "http/request_parser.hpp"

namespace larder::http {

/// One HTTP/1.1 connection without its socket: turns received bytes into requests, and responses into bytes
/// to send. Not thread-safe.
///
/// Pipelined requests are answered one at a time: the next one is parsed only after the response to the
/// current one. So responses are in order, each request sees the changes of the previous one (RFC 9112
/// 9.3.2), and a connection occupies at most one handler.
///
/// If the end of a request is in doubt, the connection sends a response with the reason and closes; it never
/// takes the bytes that follow for a request.
class Connection {
 public:
  enum class Phase {
    idle,      ///< between requests
    head,      ///< a head has begun
    body,      ///< the body is incomplete
    handling,  ///< a complete request awaits its response
    closing,   ///< takes no more requests; closed once all output is sent
  };

  /// `date` is the value for Date; its owner keeps it current while the Connection is used. `bodies` is the
  /// memory that the bodies of all connections share; null means no shared limit.
  Connection(const RequestLimits& limits, std::string clientAddress, const std::string& date,
             std::shared_ptr<BodyBudget> bodies = nullptr);

  Phase phase() const;

  /// Takes bytes that the client sent.
  void receive(std::string_view bytes);
  /// Notes that the client sends no more; it may still read.
  void receiveEnd();
  /// Returns whether to read from the client now. False while its input is far ahead of the responses.
  bool wantsInput() const;

  /// hasRequest() returns whether there is a request to take and the client reads its responses.
  /// takeRequest() then returns it, once, else null; it stays valid until respond().
  bool hasRequest() const;
  Request* takeRequest();
  /// Writes the response to the taken request. Returns false if it could not be sent as it is: see
  /// writeResponse.
  bool respond(Response&& response);

  /// Answers 503 in place of a handler that takes too long. The handler's own response is then no longer
  /// expected.
  void timeOutHandler();
  /// Ends the wait for a slow client: answers 408 within a request, closes without a response between two
  /// requests.
  void timeOut();
  /// Accepts no request after the current one; closes if there is none.
  void finish();

  const Output& output() const { return output_; }
  /// Drops the first `bytes` of the output, which were sent.
  void sent(std::size_t bytes);

  /// Returns whether all output was sent and the connection is to be closed.
  bool isDone() const { return state_ == State::closing && output_.size() == 0; }
  /// Returns whether the client has ended its input. If not, closing would reset responses that it has not
  /// read yet.
  bool inputEnded() const { return inputEnded_; }

  /// The number of requests that have begun.
  std::uint64_t requests() const { return requests_; }
  /// The status with which the connection itself refused a request.
  std::optional<int> refusedWith() const { return refusedWith_; }

 private:
  enum class State { head, body, handling, closing };

  void parseWaiting();
  std::size_t parse(std::string_view bytes);
  std::size_t parseHead(std::string_view bytes);
  std::size_t parseBody(std::string_view bytes);
  void take(RequestParser::Verdict verdict);
  void refuse(const Refusal& refusal, bool head);
  void close();
  void dropParsed();
  std::string_view waiting() const { return std::string_view(input_).substr(parsed_); }

  const std::string clientAddress_;
  const std::string& date_;
  State state_ = State::head;
  HeadScanner scanner_;
  RequestParser parser_;
  std::string input_;  // received bytes; from parsed_ on, not parsed yet
  std::size_t parsed_ = 0;
  bool inputEnded_ = false;
  bool finishing_ = false;
  bool untaken_ = false;  // the parser's request is complete and not taken
  Output output_;
  std::uint64_t requests_ = 0;
  std::optional<int> refusedWith_;
};

}  // namespace larder::http

#endif
