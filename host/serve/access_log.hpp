// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_ACCESS_LOG_HPP
#define LARDER_SERVE_ACCESS_LOG_HPP

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <larder/http/handle.hpp>
#include "config/config.hpp"

namespace larder::host {

/// One request that was answered.
struct AccessRecord {
  std::chrono::milliseconds time{0};  ///< of its arrival, from 1970 UTC
  std::chrono::microseconds took{0};
  std::string client;
  std::string method;
  std::string target;
  int status = 0;
  std::size_t bytes = 0;   ///< of the response's body; 0 where none is sent
  std::string_view cache;  ///< what it did, "hit"
};

/// The record's line in that format, which is not off, with a line end. What is from outside can't forge a
/// line or a field.
std::string formatAccess(const AccessRecord& record, AccessFormat format);

/// Writes a line for each answered request to a file descriptor. Thread-safe. Never waits: what the reader of
/// a pipe has no room for is dropped.
class AccessLog {
 public:
  /// Writes to `descriptor`, which stays the caller's; 1 is stdout.
  explicit AccessLog(AccessFormat format, int descriptor = 1) : format_(format), descriptor_(descriptor) {}

  /// Also while requests are answered.
  void setFormat(AccessFormat format) { format_.store(format, std::memory_order_relaxed); }
  bool off() const { return format_.load(std::memory_order_relaxed) == AccessFormat::off; }

  void write(const AccessRecord& record);

 private:
  std::atomic<AccessFormat> format_;
  const int descriptor_;
  std::mutex mutex_;  // of the room that poll() promises
};

/// A server's Handle that answers by `handle`, which it is called with, and logs. Both must outlive it.
class LoggedHandle {
 public:
  LoggedHandle(AccessLog& log, http::Handle handle) : log_(log), handle_(std::move(handle)) {}

  void operator()(http::Request&& request, http::Responder& responder) const;

 private:
  AccessLog& log_;
  http::Handle handle_;
};

/// What `answer` says to the request, which is logged.
http::Response answerLogged(AccessLog& log, http::Request request,
                            const std::function<http::Response(http::Request)>& answer);

}  // namespace larder::host

#endif
