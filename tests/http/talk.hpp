// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_HTTP_TALK_HPP
#define LARDER_TESTS_HTTP_TALK_HPP

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/connection.hpp"

namespace larder::http {

inline const std::string kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

/// A client, and an application that answers immediately by echoing the request.
class Talk {
 public:
  explicit Talk(const RequestLimits& limits) : connection_(limits, "192.0.2.1", kDate) {}

  Talk& say(std::string_view bytes) {
    connection_.receive(bytes);
    return answer();
  }
  Talk& end() {
    connection_.receiveEnd();
    return answer();
  }

  const std::vector<std::string>& asked() const { return asked_; }
  const std::string& heard() const { return heard_; }
  bool closed() const { return connection_.isDone(); }
  Connection& connection() { return connection_; }

 private:
  Talk& answer() {
    while (auto request = connection_.takeRequest()) {
      asked_.push_back(request->method + " " + request->target + " " + request->body);
      connection_.respond(Response::text(asked_.back()));
    }
    std::array<iovec, 8> parts;
    while (connection_.output().size() > 0) {
      const auto count = connection_.output().gather(parts);
      std::size_t size = 0;
      for (std::size_t i = 0; i < count; ++i) {
        heard_.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
        size += parts[i].iov_len;
      }
      connection_.sent(size);
    }
    return *this;
  }

  Connection connection_;
  std::vector<std::string> asked_;
  std::string heard_;
};

/// A request placed after an ambiguous one, which must never run.
inline const std::string kHidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n";

/// Calls `check` for each way to split `bytes`; `how` names the way.
inline void forEachCut(const std::string& bytes, const RequestLimits& limits,
                       const std::function<void(Talk&, const std::string& how)>& check) {
  Talk whole(limits);
  check(whole.say(bytes), "whole");
  Talk slow(limits);
  for (const char byte : bytes) slow.say({&byte, 1});
  check(slow, "byte by byte");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    Talk two(limits);
    check(two.say(bytes.substr(0, cut)).say(bytes.substr(cut)), "cut at " + std::to_string(cut));
  }
}

inline std::string getWith(const std::string& fields) { return "GET / HTTP/1.1\r\n" + fields + "\r\n"; }
inline std::string post(const std::string& fields, const std::string& body = "") {
  return "POST / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n" + body;
}

}  // namespace larder::http

#endif
