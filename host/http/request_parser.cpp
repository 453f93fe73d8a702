// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.hpp"

#include <llhttp.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <larder/http/headers.hpp>
#include "http/body_budget.hpp"
#include "http/chunk_guard.hpp"
#include "http/target.hpp"

namespace larder::http {
namespace {

Refusal because(int status, std::string_view type, std::string_view detail) {
  return {status, type, std::string(detail)};
}

Refusal badFraming(std::string_view detail) { return because(400, "bad-framing", detail); }

Refusal badChunk() {
  return badFraming("End each line of a chunk with CR LF, and keep its extensions short.");
}

Refusal tooLarge(std::size_t limit) {
  return {413, "body-too-large", "Send at most " + std::to_string(limit) + " bytes."};
}

Refusal noMemory() {
  return {503, "bodies-too-large", "The memory for request bodies is in use; try again."};
}

// The fields that determine where a request ends and which host it is for, found in one pass: the count of
// each, and its last value.
struct FramingFields {
  struct Seen {
    std::size_t count = 0;
    std::string_view value{};
  };
  Seen host{}, contentLength{}, transferEncoding{}, expect{};

  explicit FramingFields(const Headers& headers) {
    for (const auto& [name, value] : headers) {
      note(host, "Host", name, value);
      note(contentLength, "Content-Length", name, value);
      note(transferEncoding, "Transfer-Encoding", name, value);
      note(expect, "Expect", name, value);
    }
  }

 private:
  static void note(Seen& seen, std::string_view wanted, std::string_view name, std::string_view value) {
    if (name.size() != wanted.size() || !equalsIgnoreCase(name, wanted)) return;
    ++seen.count;
    seen.value = value;
  }
};

// Accepts only digits, and only a number that fits. Implementations disagree on how to read `1, 1` and `+1`.
std::optional<std::uint64_t> plainLength(std::string_view value) {
  std::uint64_t length = 0;
  if (value.empty() || value.front() < '0' || value.front() > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return length;
}

// An unsupported coding is a 501; every ambiguity about codings is a 400 (RFC 9112 6.1, 6.3).
std::optional<Refusal> codingProblem(const FramingFields& fields, bool version_1_0) {
  const auto [count, value] = fields.transferEncoding;
  if (count == 0) return std::nullopt;
  if (version_1_0) return badFraming("HTTP/1.0 does not support Transfer-Encoding.");
  if (fields.contentLength.count > 0)
    return badFraming("Send Content-Length or Transfer-Encoding, not both.");
  if (count > 1) return badFraming("Send Transfer-Encoding only once.");
  if (equalsIgnoreCase(value, "chunked")) return std::nullopt;
  const auto codings = listElements(value);
  const auto is_chunked = [](std::string_view coding) { return equalsIgnoreCase(coding, "chunked"); };
  if (codings.empty() || std::any_of(codings.begin(), codings.end() - 1, is_chunked))
    return badFraming("The only supported Transfer-Encoding is chunked, once.");
  return because(501, "unknown-coding", "The only supported Transfer-Encoding is chunked.");
}

std::optional<Refusal> lengthProblem(const FramingFields& fields, std::size_t max_body) {
  const auto [count, value] = fields.contentLength;
  if (count == 0) return std::nullopt;
  if (count > 1) return badFraming("Send Content-Length only once.");
  const auto length = plainLength(value);
  if (!length) return badFraming("Content-Length must be a number of bytes, in digits only.");
  if (*length > max_body) return tooLarge(max_body);
  return std::nullopt;
}

std::optional<Refusal> hostProblem(const FramingFields& fields, bool version_1_0) {
  const auto [count, value] = fields.host;
  if (count == 0 && version_1_0) return std::nullopt;
  if (count != 1) return because(400, "bad-host", "Send exactly one Host field.");
  if (!isAuthority(value))
    return because(400, "bad-host", "Host must be a name or an address, with an optional port.");
  return std::nullopt;
}

std::optional<Refusal> expectationProblem(const FramingFields& fields) {
  const auto [count, value] = fields.expect;
  if (count == 0 || (count == 1 && equalsIgnoreCase(value, "100-continue"))) return std::nullopt;
  return because(417, "unknown-expectation", "The only supported expectation is 100-continue.");
}

Refusal badRequestLine() {
  return because(400, "bad-request-line", "The request line must be a method, a target and HTTP/1.1.");
}

// Three words separated by single spaces. llhttp accepts more spaces, and has one error for both a malformed
// version and an unsupported one, which are a 400 and a 505.
std::optional<Refusal> requestLineProblem(std::string_view head) {
  const auto line = head.substr(0, head.find('\r'));
  if (std::count(line.begin(), line.end(), ' ') != 2) return badRequestLine();
  const auto version = line.substr(line.rfind(' ') + 1);
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return std::nullopt;
  const auto digit = [&](std::size_t at) { return version[at] >= '0' && version[at] <= '9'; };
  if (version.size() == 8 && version.starts_with("HTTP/") && digit(5) && version[6] == '.' && digit(7))
    return because(505, "version-not-supported", "Use HTTP/1.1.");
  return badRequestLine();
}

// llhttp knows a fixed list of methods; any other valid method is a 501 (RFC 9110 9.1).
Refusal methodProblem(std::string_view head) {
  if (isToken(head.substr(0, head.find(' '))))
    return because(501, "unknown-method", "This server does not know the method.");
  return badRequestLine();
}

Refusal ofError(llhttp_errno_t error, std::string_view head) {
  switch (error) {
    case HPE_INVALID_METHOD: return methodProblem(head);
    case HPE_PAUSED_H2_UPGRADE: return because(505, "version-not-supported", "Use HTTP/1.1.");
    case HPE_INVALID_URL:
      return because(400, "bad-target", "The target contains bytes that a URI must not contain.");
    case HPE_INVALID_HEADER_TOKEN:
    case HPE_UNEXPECTED_SPACE: return because(400, "bad-header", "A header field is malformed.");
    case HPE_UNEXPECTED_CONTENT_LENGTH:
    case HPE_INVALID_CONTENT_LENGTH:
    case HPE_INVALID_TRANSFER_ENCODING:
    case HPE_INVALID_CHUNK_SIZE: return badFraming("Send one Content-Length or one chunked coding.");
    default: return because(400, "bad-request", "The request is not valid HTTP/1.1.");
  }
}

}  // namespace

class RequestParser::Parser {
 public:
  Parser(const RequestLimits& limits, std::shared_ptr<BodyBudget> bodies)
      : limits_(limits), bodies_(std::move(bodies)), guard_(limits.maxHead) {
    llhttp_init(&llhttp_, HTTP_REQUEST, &settings());
    llhttp_.data = this;
  }

  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { giveBack(); }

  Verdict head(std::string_view bytes, std::size_t fields) {
    llhttp_reset(&llhttp_);
    request_.headers.reserve(bytes.size(), fields);
    target_ = name_ = {};
    begun_ = complete_ = keepsAlive_ = expectsContinue_ = false;
    refusal_.reset();
    guard_.reset();
    refusal_ = requestLineProblem(bytes);
    if (refusal_) return Verdict::refused;

    const auto error = llhttp_execute(&llhttp_, bytes.data(), bytes.size());
    if (!refusal_) refusal_ = headProblem(fields);
    if (!refusal_ && error != HPE_OK && error != HPE_PAUSED) refusal_ = ofError(error, bytes);
    if (!refusal_ && !begun_) refusal_ = ofError(HPE_INTERNAL, bytes);  // llhttp found no end of the head
    if (refusal_) return Verdict::refused;
    return complete_ ? Verdict::complete : Verdict::incomplete;
  }

  Verdict body(std::string_view bytes, std::size_t& used) {
    guard_.begin(bytes);
    const auto error = llhttp_execute(&llhttp_, bytes.data(), bytes.size());
    used = complete_ ? static_cast<std::size_t>(llhttp_get_error_pos(&llhttp_) - bytes.data()) : bytes.size();
    if (chunked_ && !refusal_ && !guard_.end(used)) refusal_ = badChunk();
    if (!refusal_ && error != HPE_OK && error != HPE_PAUSED) refusal_ = ofError(error, {});
    if (refusal_) return Verdict::refused;
    return complete_ ? Verdict::complete : Verdict::incomplete;
  }

  Request& request() { return request_; }
  void forgetRequest() {
    giveBack();
    request_.clear();
  }
  bool keepsAlive() const { return keepsAlive_; }
  bool isHead() const { return llhttp_.method == HTTP_HEAD; }
  bool isVersion10() const { return llhttp_.http_minor == 0; }
  bool expectsContinue() const { return expectsContinue_; }
  const Refusal& refusal() const { return *refusal_; }

 private:
  static Parser& of(llhttp_t* llhttp) { return *static_cast<Parser*>(llhttp->data); }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t kSettings = [] {
      llhttp_settings_t settings;
      llhttp_settings_init(&settings);
      settings.on_url = [](llhttp_t* llhttp, const char* at, std::size_t size) {
        return of(llhttp).onTarget({at, size});
      };
      settings.on_header_field = [](llhttp_t* llhttp, const char* at, std::size_t size) {
        return of(llhttp).onName({at, size});
      };
      settings.on_header_value = [](llhttp_t* llhttp, const char* at, std::size_t size) {
        return of(llhttp).onValue({at, size});
      };
      settings.on_header_value_complete = [](llhttp_t* llhttp) { return of(llhttp).onField(); };
      settings.on_headers_complete = [](llhttp_t* llhttp) { return of(llhttp).onHead(); };
      settings.on_chunk_header = [](llhttp_t* llhttp) { return of(llhttp).onChunkHeader(); };
      settings.on_body = [](llhttp_t* llhttp, const char* at, std::size_t size) {
        return of(llhttp).onBody({at, size});
      };
      settings.on_message_complete = [](llhttp_t* llhttp) { return of(llhttp).onComplete(); };
      return settings;
    }();
    return kSettings;
  }

  // A head comes in one piece, so the second part of a text directly follows the first in memory.
  static std::string_view joined(std::string_view first, std::string_view second) {
    return first.empty()
               ? second
               : std::string_view(first.data(),
                                  static_cast<std::size_t>(second.data() + second.size() - first.data()));
  }

  int onTarget(std::string_view part) {
    target_ = joined(target_, part);
    return 0;
  }

  int onName(std::string_view part) {
    if (!begun_) name_ = joined(name_, part);  // later names are those of trailers, which are dropped
    return 0;
  }

  int onValue(std::string_view part) {
    if (!begun_) value_ = joined(value_, part);
    return 0;
  }

  int onField() {
    if (begun_) return 0;
    const auto name = std::exchange(name_, {});
    const auto value = trimmed(std::exchange(value_, {}));
    if (!isToken(name)) return stop(because(400, "bad-header", "A header field's name is not a token."));
    request_.headers.addOwn(name, value);  // the scanner has refused line ends and NUL
    return 0;
  }

  int onHead() {
    begun_ = true;
    keepsAlive_ = llhttp_should_keep_alive(&llhttp_) != 0;
    llhttp_.upgrade = 0;  // an upgrade offer is ignored (RFC 9110 7.8): HTTP/1.1 follows
    return 0;
  }

  // content_length is the size of the chunk that begins here.
  int onChunkHeader() {
    if (llhttp_.content_length > limits_.maxBody - request_.body.size())
      return stop(tooLarge(limits_.maxBody));
    return 0;
  }

  int onBody(std::string_view part) {
    if (!guard_.data(part)) return stop(badChunk());
    if (request_.body.size() + part.size() > limits_.maxBody) return stop(tooLarge(limits_.maxBody));
    if (bodies_ != nullptr && !bodies_->take(part.size())) return stop(noMemory());
    taken_ += part.size();
    request_.body += part;
    return 0;
  }

  void giveBack() {
    if (bodies_ != nullptr) bodies_->give(std::exchange(taken_, 0));
  }

  int onComplete() {
    complete_ = true;
    return HPE_PAUSED;
  }

  int stop(Refusal refusal) {
    refusal_ = std::move(refusal);
    return HPE_USER;
  }

  // Finds problems that llhttp does not check, or answers with another status than this server. llhttp has
  // seen the fields up to where it stopped.
  std::optional<Refusal> headProblem(std::size_t fields) {
    const bool version_1_0 = isVersion10() && begun_;
    const FramingFields framing(request_.headers);
    auto problem = codingProblem(framing, version_1_0);
    if (!problem) problem = lengthProblem(framing, limits_.maxBody);
    if (!begun_ || problem) return problem;
    // Another count means that llhttp has read the head differently from the scanner.
    if (request_.headers.size() != fields) return because(400, "bad-header", "A header field is malformed.");
    if (target_.size() > limits_.maxTarget) return because(414, "uri-too-long", "Use a shorter target.");
    problem = hostProblem(framing, version_1_0);
    if (!problem) problem = expectationProblem(framing);
    if (problem) return problem;
    chunked_ = framing.transferEncoding.count > 0;
    expectsContinue_ = !version_1_0 && framing.expect.count > 0;
    return placeTarget();  // last, since it may change the headers
  }

  // The host of an absolute target overrides Host (RFC 9112 3.2.2).
  std::optional<Refusal> placeTarget() {
    const std::string_view method = llhttp_method_name(static_cast<llhttp_method_t>(llhttp_.method));
    if (llhttp_.method == HTTP_CONNECT)
      return because(501, "unknown-method", "This server is not a proxy and opens no tunnels.");
    auto target = splitTarget(target_, llhttp_.method == HTTP_OPTIONS);
    if (!target) return because(400, "bad-target", "The target must be a path with an optional query.");
    request_.method = method;
    request_.setTarget(std::move(target->origin));
    if (!target->authority.empty()) request_.headers.set("Host", target->authority);
    return std::nullopt;
  }

  const RequestLimits limits_;
  const std::shared_ptr<BodyBudget> bodies_;
  std::size_t taken_ = 0;  // bytes taken from bodies_, until the request is forgotten
  llhttp_t llhttp_{};
  ChunkGuard guard_;
  Request request_;
  std::string_view target_;  // these three are views of the head
  std::string_view name_;
  std::string_view value_;
  bool begun_ = false;  // the head was parsed
  bool chunked_ = false;
  bool complete_ = false;
  bool keepsAlive_ = false;
  bool expectsContinue_ = false;
  std::optional<Refusal> refusal_;
};

RequestParser::RequestParser(const RequestLimits& limits, std::shared_ptr<BodyBudget> bodies)
    : parser_(std::make_unique<Parser>(limits, std::move(bodies))) {}
RequestParser::~RequestParser() = default;

RequestParser::Verdict RequestParser::head(std::string_view bytes, std::size_t fields) {
  return parser_->head(bytes, fields);
}
RequestParser::Verdict RequestParser::body(std::string_view bytes, std::size_t& used) {
  return parser_->body(bytes, used);
}
Request& RequestParser::request() { return parser_->request(); }
void RequestParser::forgetRequest() { parser_->forgetRequest(); }
bool RequestParser::keepsAlive() const { return parser_->keepsAlive(); }
bool RequestParser::isHead() const { return parser_->isHead(); }
bool RequestParser::isVersion10() const { return parser_->isVersion10(); }
bool RequestParser::expectsContinue() const { return parser_->expectsContinue(); }
const Refusal& RequestParser::refusal() const { return parser_->refusal(); }

}  // namespace larder::http
