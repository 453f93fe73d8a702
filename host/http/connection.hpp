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

/// One HTTP/1.1 connection without its socket: bytes come in, requests come out; responses come in, bytes
/// come out. Not thread-safe.
///
/// Requests that a client sends without waiting (pipelining) are answered one after the other: the next one
/// is not looked at before the response to this one, so responses are in order, what one request changes the
/// next one sees (RFC 9112 9.3.2), and a connection occupies one handler at most.
///
/// Whatever leaves the end of a request in doubt closes the connection, after a response that says why; bytes
/// that follow are never taken for a request.
class Connection {
 public:
  enum class Phase {
    idle,      ///< between requests
    head,      ///< a head has begun
    body,      ///< its body is not complete
    handling,  ///< a request is complete, and is to be answered
    closing,   ///< no more requests; closed once all output is sent
  };

  /// `date` is the value for Date, which its owner keeps current while the Connection is used. `bodies` is
  /// the memory that the bodies of all connections share; null: no limit together.
  Connection(const RequestLimits& limits, std::string clientAddress, const std::string& date,
             std::shared_ptr<BodyBudget> bodies = nullptr);

  Phase phase() const;

  /// Bytes that the client sent.
  void receive(std::string_view bytes);
  /// The client sends no more; it may still read.
  void receiveEnd();
  /// Whether bytes should be read from the client now. False while it is far ahead of the responses.
  bool wantsInput() const;

  /// The next request, once, when there is one and the client takes its responses; else null. It is there
  /// until respond().
  bool hasRequest() const;
  Request* takeRequest();
  /// The response to the request that was taken. False if it could not be sent as it is: writeResponse.
  bool respond(Response&& response);

  /// Answers 503 in place of the handler, which takes too long. Its own response is then no longer expected.
  void timeOutHandler();
  /// The client takes too long over what it is sending: 408, or closed without a word between two requests.
  void timeOut();
  /// No request after this one; without one, it closes.
  void finish();

  const Output& output() const { return output_; }
  /// `bytes` of the output were sent.
  void sent(std::size_t bytes);

  /// All was sent and the connection is to be closed.
  bool isDone() const { return state_ == State::closing && output_.size() == 0; }
  /// The client may be sending still, so that closing would reset what it has not read yet.
  bool inputEnded() const { return inputEnded_; }

  /// Requests that have begun, counted.
  std::uint64_t requests() const { return requests_; }
  /// The status that a request was refused with, by the connection itself.
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
  std::string input_;  // what came and is not parsed yet, from parsed_ on
  std::size_t parsed_ = 0;
  bool inputEnded_ = false;
  bool finishing_ = false;
  bool untaken_ = false;  // the parser's request is complete
  Output output_;
  std::uint64_t requests_ = 0;
  std::optional<int> refusedWith_;
};

}  // namespace larder::http

#endif
