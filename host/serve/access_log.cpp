// SPDX-License-Identifier: Apache-2.0
#include "serve/access_log.hpp"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

#include "http/date.hpp"
#include "logging/logger.hpp"

namespace larder::host {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// Limit for text from the client. In JSON, one byte may become six.
constexpr std::size_t kLongestTarget = 512;

std::string commonTime(milliseconds time) {
  const auto date = http::formatDate(time);  // "Sun, 06 Nov 1994 08:49:37 GMT"
  return date.substr(5, 2) + "/" + date.substr(8, 3) + "/" + date.substr(12, 4) + ":" + date.substr(17, 8) +
         " +0000";
}

// Escapes as Apache does: a byte that could end the field or the line becomes \xHH.
std::string escaped(std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string safe;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      safe += c;
    } else {
      safe += "\\x";
      safe += hex[byte >> 4];
      safe += hex[byte & 15];
    }
  }
  return safe;
}

std::string commonLine(const AccessRecord& record) {
  return (record.client.empty() ? "-" : record.client) + " - - [" + commonTime(record.time) + "] \"" +
         escaped(record.method) + " " + escaped(record.target) + " HTTP/1.1\" " +
         std::to_string(record.status) + " " + (record.bytes == 0 ? "-" : std::to_string(record.bytes)) +
         "\n";
}

std::string jsonLine(const AccessRecord& record) {
  using Json = nlohmann::ordered_json;
  Json line{{"time", formatTime(record.time)}, {"client", record.client}, {"method", record.method},
            {"target", record.target},         {"status", record.status}, {"bytes", record.bytes},
            {"us", record.took.count()},       {"cache", record.cache}};
  if (!record.traceId.empty()) line["trace_id"] = record.traceId;
  return line.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string shortened(const std::string& text) {
  return text.size() <= kLongestTarget ? text : text.substr(0, kLongestTarget) + "...";
}

milliseconds now() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
}

// A request in flight, together with the callback for its response.
class Watched {
 public:
  Watched(AccessLog& log, const http::Request& request)
      : log_(log), begun_(std::chrono::steady_clock::now()) {
    record_.time = now();
    record_.client = request.clientAddress;
    record_.method = request.method;
    record_.target = shortened(request.target);
    if (const auto caller = http::traceContextIn(request.headers)) traced(*caller);
  }

  void traced(const http::TraceContext& context) { record_.traceId = toHex(context.traceId); }

  void answered(const http::Response& response) {
    const auto took = std::chrono::steady_clock::now() - begun_;
    const bool bodiless = record_.method == "HEAD" || response.status == 204 || response.status == 304;
    record_.took = std::chrono::duration_cast<microseconds>(took);
    record_.status = response.status;
    record_.bytes = bodiless ? 0 : response.content().size();
    record_.cache = http::toString(response.outcome);
    record_.cacheStatus = response.field("Cache-Status").value_or("");
    log_.write(record_);
  }

 private:
  AccessLog& log_;
  const std::chrono::steady_clock::time_point begun_;
  AccessRecord record_{};
};

class LoggedResponder final : public http::Responder {
 public:
  LoggedResponder(http::Responder& to, Watched watched) : to_(to), watched_(std::move(watched)) {}

  void respond(http::Response&& response) override {
    watched_.answered(response);
    to_.respond(std::move(response));
  }
  void traced(const http::TraceContext& context) override { watched_.traced(context); }
  http::Respond later() override {
    return [respond = to_.later(), watched = watched_](http::Response response) mutable {
      watched.answered(response);
      respond(std::move(response));
    };
  }

 private:
  http::Responder& to_;
  Watched watched_;
};

}  // namespace

std::string formatAccess(const AccessRecord& record, AccessFormat format) {
  return format == AccessFormat::json ? jsonLine(record) : commonLine(record);
}

void AccessLog::write(const AccessRecord& record) {
  const auto format = format_.load(std::memory_order_relaxed);
  if (format != AccessFormat::off) sink_.write(formatAccess(record, format));
  if (recent_.isWatched()) recent_.add(record);
}

void LoggedHandle::operator()(http::Request&& request, http::Responder& responder) const {
  if (log_.off()) return handle_(std::move(request), responder);
  LoggedResponder logged(responder, Watched(log_, request));
  handle_(std::move(request), logged);
}

}  // namespace larder::host
