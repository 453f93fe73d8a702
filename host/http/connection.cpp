// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hpp"

#include <algorithm>
#include <utility>

#include "http/write_response.hpp"

namespace larder::http {
namespace {

constexpr std::size_t kWaitingInput = 64 << 10;   // bytes buffered behind the request being handled
constexpr std::size_t kWaitingOutput = 64 << 10;  // bytes of responses that a client may leave unread
constexpr std::size_t kKept = 4 << 10;            // bytes that an idle connection may keep allocated

}  // namespace

Connection::Connection(const RequestLimits& limits, std::string clientAddress, const std::string& date,
                       std::shared_ptr<BodyBudget> bodies)
    : clientAddress_(std::move(clientAddress)),
      date_(date),
      scanner_(limits),
      parser_(limits, std::move(bodies)) {}

Connection::Phase Connection::phase() const {
  switch (state_) {
    case State::head: return scanner_.hasBegun() ? Phase::head : Phase::idle;
    case State::body: return Phase::body;
    case State::handling: return Phase::handling;
    case State::closing: break;
  }
  return Phase::closing;
}

bool Connection::wantsInput() const {
  if (state_ == State::closing || inputEnded_) return false;
  return state_ != State::handling || waiting().size() < kWaitingInput;
}

void Connection::receive(std::string_view bytes) {
  if (state_ == State::closing) return;
  if (!waiting().empty() || state_ == State::handling) {
    input_ += bytes;
    return parseWaiting();
  }
  // A whole request usually arrives at once, so it is parsed in place.
  bytes.remove_prefix(parse(bytes));
  if (state_ != State::closing) input_ += bytes;
}

void Connection::receiveEnd() {
  inputEnded_ = true;
  parseWaiting();
}

void Connection::parseWaiting() {
  const std::size_t used = parse(waiting());
  if (state_ == State::closing) return;  // close() has dropped the input
  parsed_ += used;
  dropParsed();
  if (!inputEnded_ || state_ == State::handling) return;
  if (phase() == Phase::idle) return close();
  refuse({400, "incomplete", "The connection ended before the request was complete."}, false);
}

void Connection::dropParsed() {
  if (parsed_ == input_.size()) {
    input_.clear();
    if (input_.capacity() > kKept) input_.shrink_to_fit();
  } else if (parsed_ > kWaitingInput) {
    input_.erase(0, parsed_);
  } else {
    return;
  }
  parsed_ = 0;
}

// Parses up to the end of one request. Returns the number of bytes that need not be kept.
std::size_t Connection::parse(std::string_view bytes) {
  std::size_t used = 0;
  if (state_ == State::head && !bytes.empty()) used = parseHead(bytes);
  if (state_ == State::body && used < bytes.size()) used += parseBody(bytes.substr(used));
  return used;
}

std::size_t Connection::parseHead(std::string_view bytes) {
  const bool had_begun = scanner_.hasBegun();
  const auto verdict = scanner_.scan(bytes);
  if (!had_begun && (scanner_.hasBegun() || verdict != HeadScanner::Verdict::incomplete)) ++requests_;
  if (verdict == HeadScanner::Verdict::incomplete) return 0;
  if (verdict == HeadScanner::Verdict::refused) {
    refuse(scanner_.refusal(), false);
    return bytes.size();
  }
  const std::size_t end = scanner_.end();
  const auto head = bytes.substr(scanner_.begin(), end - scanner_.begin());
  const std::size_t fields = scanner_.fields();
  scanner_.reset();
  state_ = State::body;
  take(parser_.head(head, fields));
  if (state_ == State::body && parser_.expectsContinue() && bytes.size() == end)
    output_.append("HTTP/1.1 100 Continue\r\n\r\n");
  return end;
}

std::size_t Connection::parseBody(std::string_view bytes) {
  std::size_t used = 0;
  take(parser_.body(bytes, used));
  return used;
}

void Connection::take(RequestParser::Verdict verdict) {
  if (verdict == RequestParser::Verdict::refused) return refuse(parser_.refusal(), parser_.isHead());
  if (verdict == RequestParser::Verdict::incomplete) return;
  state_ = State::handling;
  untaken_ = true;
  parser_.request().clientAddress = clientAddress_;
}

bool Connection::hasRequest() const { return untaken_ && output_.size() <= kWaitingOutput; }

Request* Connection::takeRequest() {
  if (!hasRequest()) return nullptr;
  untaken_ = false;
  return &parser_.request();
}

bool Connection::respond(Response&& response) {
  const bool last = finishing_ || !parser_.keepsAlive() || (inputEnded_ && waiting().empty());
  const bool good = writeResponse(
      std::move(response),
      {.head = parser_.isHead(), .keepAlive = !last, .version10 = parser_.isVersion10(), .date = date_},
      output_);
  parser_.forgetRequest();
  if (last) {
    close();
  } else {
    state_ = State::head;
    parseWaiting();
  }
  return good;
}

void Connection::refuse(const Refusal& refusal, bool head) {
  refusedWith_ = refusal.status;
  auto response =
      Response::problem(refusal.status, refusal.type, reasonPhrase(refusal.status), refusal.detail);
  if (refusal.status == 503) response.headers.set("Retry-After", "1");
  writeResponse(std::move(response), {.head = head, .keepAlive = false, .date = date_}, output_);
  parser_.forgetRequest();
  close();
}

void Connection::timeOutHandler() {
  if (state_ != State::handling || untaken_) return;
  respond(Response::unavailable("handler-timeout", "Handler Timeout",
                                "The handler took too long; try again later."));
}

void Connection::timeOut() {
  if (phase() == Phase::head || phase() == Phase::body)
    return refuse({408, "too-slow", "The request took too long to arrive."}, false);
  if (phase() == Phase::idle) close();
}

void Connection::finish() {
  finishing_ = true;
  if (state_ == State::head) close();
}

void Connection::close() {
  state_ = State::closing;
  untaken_ = false;
  input_.clear();
  input_.shrink_to_fit();
  parsed_ = 0;
}

void Connection::sent(std::size_t bytes) { output_.consume(bytes); }

}  // namespace larder::http
