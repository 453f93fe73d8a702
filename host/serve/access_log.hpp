// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVE_ACCESS_LOG_HPP
#define LARDER_SERVE_ACCESS_LOG_HPP

#include <atomic>
#include <string>
#include <utility>

#include <larder/http/handle.hpp>
#include "admin/recent_requests.hpp"
#include "config/config.hpp"
#include "logging/access_record.hpp"
#include "logging/line_sink.hpp"

namespace larder::host {

/// Formats the record as one line with a line end; `format` must not be off. Text from clients cannot forge a
/// line or a field.
std::string formatAccess(const AccessRecord& record, AccessFormat format);

/// Writes one line per answered request, and adds the request to the recent ones while these are watched.
/// Thread-safe. Never blocks: it drops lines as its sink does.
class AccessLog {
 public:
  /// Both references must outlive the log.
  AccessLog(AccessFormat format, RecentRequests& recent, LineSink& sink)
      : format_(format), recent_(recent), sink_(sink) {}

  /// May be called while requests are being answered.
  void setFormat(AccessFormat format) { format_.store(format, std::memory_order_relaxed); }
  bool off() const {
    return format_.load(std::memory_order_relaxed) == AccessFormat::off && !recent_.isWatched();
  }

  void write(const AccessRecord& record);

 private:
  std::atomic<AccessFormat> format_;
  RecentRequests& recent_;
  LineSink& sink_;
};

/// Wraps a server's Handle: calls `handle`, which is passed in, and logs the response. Both must outlive it.
class LoggedHandle {
 public:
  LoggedHandle(AccessLog& log, http::Handle handle) : log_(log), handle_(std::move(handle)) {}

  void operator()(http::Request&& request, http::Responder& responder) const;

 private:
  AccessLog& log_;
  http::Handle handle_;
};

}  // namespace larder::host

#endif
