// SPDX-License-Identifier: Apache-2.0
#include "http/write_response.hpp"

#include <gtest/gtest.h>
#include <larder/cache.hpp>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/stored_form.hpp"

using namespace larder::http;

namespace {

std::string written(Response response, const ResponseForm& form) {
  Output output;
  writeResponse(std::move(response), form, output);
  std::array<iovec, 8> parts;
  std::string text;
  const auto count = output.gather(parts);
  for (std::size_t i = 0; i < count; ++i)
    text.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  return text;
}

}  // namespace

TEST(WriteResponse, WritesStatusFieldsDateLengthAndBody) {
  EXPECT_EQ(written(Response::text("hello"), {.date = "now"}),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nDate: now\r\nContent-Length: "
            "5\r\n\r\nhello");
}

TEST(WriteResponse, KeepsTheDateOfTheResponse) {
  EXPECT_EQ(written({200, {{"Date", "then"}}, ""}, {.date = "now"}),
            "HTTP/1.1 200 OK\r\nDate: then\r\nContent-Length: 0\r\n\r\n");
}

TEST(WriteResponse, SendsNeitherBodyNorLengthWith204And304) {
  for (const int status : {204, 304}) {
    const auto text = written({status, {}, "body"}, {.date = "now"});
    EXPECT_EQ(text.find("Content-Length"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("Date: now\r\n\r\n")) << text;
  }
}

TEST(WriteResponse, LeavesTheBodyOutForHead) {
  EXPECT_TRUE(written(Response::text("hello"), {.head = true}).ends_with("Content-Length: 5\r\n\r\n"));
}

TEST(WriteResponse, OmitsAnUnknownLengthForHead) {
  const ResponseForm head{.head = true, .date = "now"};

  EXPECT_EQ(written({200, {}, ""}, head).find("Content-Length"), std::string::npos);
  EXPECT_TRUE(written({200, {{"Content-Length", "7"}}, ""}, head).ends_with("Content-Length: 7\r\n\r\n"));
  EXPECT_EQ(written({200, {{"Content-Length", "7, 7"}}, ""}, head).find("Content-Length"), std::string::npos);
}

TEST(WriteResponse, DeterminesTheEndOfTheBodyItself) {
  const auto text = written({200,
                             {{"content-length", "99"},
                              {"Transfer-Encoding", "chunked"},
                              {"Connection", "upgrade"},
                              {"Keep-Alive", "timeout=9"},
                              {"X", "y"}},
                             "abc"},
                            {.keepAlive = false, .date = "now"});

  EXPECT_EQ(text,
            "HTTP/1.1 200 OK\r\nX: y\r\nDate: now\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc");
}

TEST(WriteResponse, SendsCachedBytesWithoutACopy) {
  const auto bytes = std::make_shared<const std::string>("Date: then\r\nbody");
  const auto stored = std::make_shared<const StoredForm>(StoredForm{
      larder::Payload(bytes), std::string_view(*bytes).substr(0, 12), std::string_view(*bytes).substr(12)});
  Response response{200, {{"Age", "1"}}, {}};
  response.stored = stored;
  Output output;
  writeResponse(Response(response), {.date = "now"}, output);
  std::array<iovec, 8> parts;

  EXPECT_EQ(written(response, {.date = "now"}),
            "HTTP/1.1 200 OK\r\nDate: then\r\nAge: 1\r\nContent-Length: 4\r\n\r\nbody");
  ASSERT_EQ(output.gather(parts), 2u);
  EXPECT_EQ(parts[1].iov_base, stored->body.data());
}

TEST(WriteResponse, SendsA500InsteadOfAnInvalidStatus) {
  for (const int status : {0, 100, 199, 600, -1})
    EXPECT_TRUE(written({status, {}, ""}, {}).starts_with("HTTP/1.1 500 ")) << status;
}
