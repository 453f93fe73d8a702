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

/// How long a response is captured, and where one goes that is not captured.
struct Capture {
  /// Receives a response that is passed on instead of captured. Null: no client waits on this thread, so
  /// every response is captured.
  Poco::Net::HTTPServerResponse* client = nullptr;
  std::size_t limit = 0;  ///< bytes of a body; a longer response is passed on
  /// Called once the head is complete. Returns why the response must be passed on; empty: it is captured.
  std::function<std::string_view(const Response& head)> reasonToPass{};
  /// Runs before the first byte is passed on. May set fields of the client's response.
  std::function<void(const Response& head, std::string_view reason)> beforePass{};
};

/// The response object that a handler receives; it captures what the handler writes. Not thread-safe, like
/// Poco's own.
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

  /// Returns whether the response was passed on to the client, as far as it was written.
  bool passed() const { return passed_; }
  /// Returns the handler's caching instructions.
  Caching& caching() { return caching_; }
  /// Returns the captured response; not valid if passed(). Throws Poco::DataFormatException if the handler
  /// set a field that cannot be sent.
  Response take();

 private:
  // Captures the bytes, or forwards them once the response is passed on.
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
  std::ostream* through_ = nullptr;  // the client's stream, once the response is passed on
  Body body_{*this};
  std::ostream stream_{&body_};
};

/// Sets status and fields of a Poco response. Replaces its fields of the same names and keeps the others,
/// which are Date and those that an outer handler has set.
void setHead(const Response& from, Poco::Net::HTTPServerResponse& to);

/// Sends a complete response; without its body if the request was a HEAD.
void sendWhole(const Response& from, bool head, Poco::Net::HTTPServerResponse& to);

}  // namespace larder::http

#endif
