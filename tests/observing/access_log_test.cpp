// SPDX-License-Identifier: Apache-2.0
#include "serve/access_log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>

namespace larder::host {
namespace {

using namespace std::chrono_literals;

// Recent requests that no client watches.
struct Unwatched {
  http::Router router;
  SystemClock clock;
  RecentRequests requests{router, clock};
};

AccessRecord record() {
  return {.time = 1700000000123ms,
          .took = 41us,
          .client = "192.0.2.1",
          .method = "GET",
          .target = "/users?limit=5",
          .status = 200,
          .bytes = 1523,
          .cache = "hit"};
}

TEST(AccessLog, WritesTheCommonFormatAndJson) {
  EXPECT_EQ(formatAccess(record(), AccessFormat::common),
            "192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /users?limit=5 HTTP/1.1\" 200 1523\n");
  EXPECT_EQ(formatAccess(record(), AccessFormat::json),
            "{\"time\":\"2023-11-14T22:13:20.123Z\",\"client\":\"192.0.2.1\",\"method\":\"GET\","
            "\"target\":\"/users?limit=5\",\"status\":200,\"bytes\":1523,\"us\":41,\"cache\":\"hit\"}\n");
}

TEST(AccessLog, ATargetCannotForgeALineOrAField) {
  auto forged = record();
  forged.target = "/\" 200 1\n192.0.2.9 \\\xff";

  EXPECT_EQ(
      formatAccess(forged, AccessFormat::common),
      "192.0.2.1 - - [14/Nov/2023:22:13:20 +0000] \"GET /\\x22 200 1\\x0a192.0.2.9 \\x5c\\xff HTTP/1.1\" "
      "200 1523\n");
  const auto json = formatAccess(forged, AccessFormat::json);
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(json)["status"], 200);
}

TEST(AccessLog, DropsLinesInsteadOfWaitingForAFullPipe) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe2(pipe.data(), O_NONBLOCK | O_CLOEXEC), 0);
  const std::string filler(4096, 'x');
  while (::write(pipe[1], filler.data(), filler.size()) > 0) {
  }
  ASSERT_EQ(::fcntl(pipe[1], F_SETFL, 0), 0);  // from here on, a write to the full pipe would block
  Unwatched nobody;
  LineSink sink(pipe[1]);
  AccessLog log(AccessFormat::common, nobody.requests, sink);

  log.write(record());

  std::string read(1 << 20, '\0');
  const auto size = ::read(pipe[0], read.data(), read.size());
  ASSERT_GT(size, 0);
  EXPECT_EQ(read.substr(0, static_cast<std::size_t>(size)).find("GET"), std::string::npos);
  log.write(record());
  const auto more = ::read(pipe[0], read.data(), read.size());
  ASSERT_GT(more, 0);
  EXPECT_EQ(read.substr(0, static_cast<std::size_t>(more)), formatAccess(record(), AccessFormat::common));
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace larder::host
