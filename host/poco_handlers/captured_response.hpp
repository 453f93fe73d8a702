// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_POCO_HANDLERS_CAPTURED_RESPONSE_HPP
#define LARDER_POCO_HANDLERS_CAPTURED_RESPONSE_HPP

#include <Poco/Net/HTTPServerResponse.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

#include <larder/http/response.hpp>

namespace larder::http {

/// How long an answer is held back, and what becomes of one that is not.
struct Capture {
  /// Where an answer goes on to that is not held back. Null: nobody is there to be answered from this thread,
  /// and all of it is taken down.
  Poco::Net::HTTPServerResponse* client = nullptr;
  std::size_t limit = 0;  ///< bytes of a body; one that outgrows them goes on
  /// Asked once the head is complete: why this answer is not held back; empty if it is.
  std::function<std::string_view(const Response& head)> reasonToPass{};
  /// Runs before the first byte goes on. May set fields of the client's.
  std::function<void(const Response& head, std::string_view reason)> beforePass{};
};

/// The response that a handler gets: it takes down what the handler answers. Not thread-safe, as Poco's own.
class CapturedResponse final : public Poco::Net::HTTPServerResponse {
 public:
  explicit CapturedResponse(Capture capture);

  void sendContinue() override;
  std::ostream& send() override;
  void sendFile(const std::string& path, const std::string& mediaType) override;
  void sendBuffer(const void* buffer, std::size_t length) override;
  void redirect(const std::string& uri, HTTPStatus status = HTTP_FOUND) override;
  void requireAuthentication(const std::string& realm) override;
  bool sent() const override { return sent_; }

  /// True: it went on to the client, as far as it was written.
  bool passed() const { return passed_; }
  /// What the handler says about keeping the answer.
  Caching& caching() { return caching_; }
  /// What was taken down; not if passed(). Throws Poco::DataFormatException if the handler set a field that
  /// can't be sent.
  Response take();

 private:
  // Takes down, or hands on once the answer is passed on.
  class Body final : public std::streambuf {
   public:
    explicit Body(CapturedResponse& owner) : owner_(owner) {}

   protected:
    int_type overflow(int_type c) override;
    std::streamsize xsputn(const char* bytes, std::streamsize count) override;
    int sync() override;

   private:
    CapturedResponse& owner_;
  };

  bool completeHead(std::uint64_t size);
  Response head() const;
  void passHead(const Response& head, std::string_view reason);
  void passStream(std::string_view reason);
  bool takeDown(std::string_view bytes);

  const Capture capture_;
  Caching caching_;
  bool sent_ = false;
  bool passed_ = false;
  std::string taken_;
  std::ostream* through_ = nullptr;  // the client's, where what is written goes on
  Body body_{*this};
  std::ostream stream_{&body_};
};

/// Sets status and fields of a response of Poco's. Its fields of the same names go, others stay: what an
/// outer handler has set, and Date.
void setHead(const Response& from, Poco::Net::HTTPServerResponse& to);

/// Sends a response as a whole; without its body if the request was a HEAD.
void sendWhole(const Response& from, bool head, Poco::Net::HTTPServerResponse& to);

}  // namespace larder::http

#endif
