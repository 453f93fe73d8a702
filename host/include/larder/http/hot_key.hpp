// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_HOT_KEY_HPP
#define LARDER_HTTP_HOT_KEY_HPP

#include <string>

namespace larder::http {

/// A key that many requests ask for. The numbers are estimates over about the last minute, in which older
/// requests count less.
struct HotKey {
  std::string route;   ///< "GET /users/{id}"
  std::string key;     ///< Key::full(); where that is longer than 1024 bytes, Key::stored()
  std::string target;  ///< path and query of one of the requests, cut after 256 bytes
  double requestsPerSecond = 0;
  double hitRatio = 0;  ///< 0 to 1; stale hits count as hits
};

}  // namespace larder::http

#endif
