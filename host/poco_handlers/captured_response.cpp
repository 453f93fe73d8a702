// SPDX-License-Identifier: Apache-2.0
#include "poco_handlers/captured_response.hpp"

#include <Poco/Exception.h>
#include <Poco/File.h>
#include <Poco/FileStream.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timestamp.h>

#include <chrono>
#include <stdexcept>
#include <utility>

#include "http/date.hpp"

namespace larder::http {
namespace {

bool sendsNoBody(int status) { return status < 200 || status == 204 || status == 304; }

// An outer handler may have set fields of these names, and several of them may coexist.
bool standsBesideOthers(std::string_view name) {
  return equalsIgnoreCase(name, "Set-Cookie") || equalsIgnoreCase(name, "Vary");
}

std::string dateOf(const Poco::Timestamp& time) {
  return formatDate(std::chrono::milliseconds(time.epochMicroseconds() / 1000));
}

}  // namespace

CapturedResponse::CapturedResponse(Capture capture) : capture_(std::move(capture)) {
  setVersion(capture_.client != nullptr ? capture_.client->getVersion() : HTTPMessage::HTTP_1_1);
}

void CapturedResponse::sendContinue() {
  if (capture_.client != nullptr) capture_.client->sendContinue();
}

std::ostream& CapturedResponse::send() {
  if (!sent_ && completeHead(hasContentLength() ? static_cast<std::uint64_t>(getContentLength64()) : 0))
    through_ = &capture_.client->send();
  return stream_;
}

void CapturedResponse::sendFile(const std::string& path, const std::string& mediaType) {
  const Poco::File file(path);
  const auto size = file.getSize();
  set("Last-Modified", dateOf(file.getLastModified()));
  setContentLength64(static_cast<Poco::Int64>(size));
  setContentType(mediaType);
  setChunkedTransferEncoding(false);
  Poco::FileInputStream bytes(path);  // throws if it cannot be opened, before anything is sent
  if (completeHead(size)) return capture_.client->sendFile(path, mediaType);
  Poco::StreamCopier::copyToString(bytes, taken_);
}

void CapturedResponse::sendBuffer(const void* buffer, std::size_t length) {
  setContentLength64(static_cast<Poco::Int64>(length));
  setChunkedTransferEncoding(false);
  if (completeHead(length)) return capture_.client->sendBuffer(buffer, length);
  taken_.assign(static_cast<const char*>(buffer), length);
}

void CapturedResponse::redirect(const std::string& uri, HTTPStatus status) {
  setStatusAndReason(status);
  set("Location", uri);
  sendBuffer("", 0);
}

void CapturedResponse::requireAuthentication(const std::string& realm) {
  setStatusAndReason(HTTP_UNAUTHORIZED);
  set("WWW-Authenticate", "Basic realm=\"" + realm + "\"");
}

Response CapturedResponse::take() {
  Response response = head();
  response.headers.remove("Transfer-Encoding");
  if (sendsNoBody(response.status)) return response;
  if (hasContentLength()) {
    const auto promised = static_cast<std::uint64_t>(getContentLength64());
    if (taken_.size() < promised)
      response.caching.skip = true;  // a truncated body must not reach other clients
    else
      response.headers.remove("Content-Length");
    if (taken_.size() > promised) taken_.resize(promised);  // Poco sends no more either
  }
  response.body = std::move(taken_);
  return response;
}

// Returns true if the response, of at least `size` bytes, is passed on: its head is then in the client's
// response.
bool CapturedResponse::completeHead(std::uint64_t size) {
  sent_ = true;
  if (capture_.client == nullptr) return false;
  const auto head = this->head();
  std::string_view reason;
  if (capture_.reasonToPass) reason = capture_.reasonToPass(head);
  if (reason.empty() && size > capture_.limit) reason = "too large";
  if (!reason.empty()) passHead(head, reason);
  return passed_;
}

Response CapturedResponse::head() const {
  Response head{static_cast<int>(getStatus()), {}, {}, caching_};
  try {
    for (const auto& [name, value] : *this) head.headers.add(name, value);
  } catch (const std::invalid_argument& error) {
    throw Poco::DataFormatException("a handler's response: " + std::string(error.what()));
  }
  return head;
}

void CapturedResponse::passHead(const Response& head, std::string_view reason) {
  passed_ = true;
  if (capture_.beforePass) capture_.beforePass(head, reason);
  setHead(head, *capture_.client);
}

void CapturedResponse::passStream(std::string_view reason) {
  passHead(head(), reason);
  through_ = &capture_.client->send();
  through_->write(taken_.data(), static_cast<std::streamsize>(taken_.size()));
  taken_ = {};
}

bool CapturedResponse::takeDown(std::string_view bytes) {
  if (!passed_ && capture_.client != nullptr && taken_.size() + bytes.size() > capture_.limit)
    passStream("too large");
  if (through_ == nullptr) {
    taken_.append(bytes);
    return true;
  }
  through_->write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return through_->good();  // the client may have disconnected
}

CapturedResponse::Body::int_type CapturedResponse::Body::overflow(int_type c) {
  if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
  const char byte = traits_type::to_char_type(c);
  return owner_.takeDown({&byte, 1}) ? c : traits_type::eof();
}

std::streamsize CapturedResponse::Body::xsputn(const char* bytes, std::streamsize count) {
  return owner_.takeDown({bytes, static_cast<std::size_t>(count)}) ? count : 0;
}

int CapturedResponse::Body::sync() {
  if (owner_.through_ == nullptr) return 0;
  return owner_.through_->flush().good() ? 0 : -1;
}

void setHead(const Response& from, Poco::Net::HTTPServerResponse& to) {
  to.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(from.status));
  for (const auto& [name, value] : from.headers)
    if (!standsBesideOthers(name)) to.erase(std::string(name));
  for (const auto& [name, value] : from.headers) to.add(std::string(name), std::string(value));
}

void sendWhole(const Response& from, bool head, Poco::Net::HTTPServerResponse& to) {
  setHead(from, to);
  if (from.headers.has("Content-Length"))
    to.setKeepAlive(false);  // the handler wrote less than it promised, which the client must notice
  else if (!sendsNoBody(from.status))
    to.setContentLength64(static_cast<Poco::Int64>(from.body.size()));
  auto& out = to.send();
  if (!head) out.write(from.body.data(), static_cast<std::streamsize>(from.body.size()));
  out.flush();  // while the server still counts this request
}

}  // namespace larder::http
