// SPDX-License-Identifier: Apache-2.0
//
// The ways in which a Poco handler can respond, each through the cache.
#include <Poco/Exception.h>
#include <Poco/Net/HTTPCookie.h>
#include <Poco/Net/StreamSocket.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <semaphore>
#include <string>
#include <vector>

#include "application.hpp"
#include "servers/temp_directory.hpp"

using namespace larder;
using namespace larder::poco_handlers;
using namespace std::chrono_literals;

namespace {

class CapturedAnswers : public PocoApplication {
 protected:
  void answer(Answer answer) {
    application_->answers["/a"] = std::move(answer);
    routes_->get("/a", cache(30s).staleIfError(1h));
    serve();
  }
  std::string file(const std::string& bytes) const {
    const auto path = (directory_.path() / "file").string();
    std::ofstream(path) << bytes;
    return path;
  }

  servers::TempDirectory directory_{"captured"};
};

struct Way {
  const char* name;
  Answer (*answer)(const std::string& body, const std::string& file);
};
void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }

const Way kWays[] = {{"Stream",
                      [](const std::string& body, const std::string&) -> Answer {
                        return [body](HTTPServerRequest&, HTTPServerResponse& response) {
                          response.send() << body;
                        };
                      }},
                     {"StreamByteByByte",
                      [](const std::string& body, const std::string&) -> Answer {
                        return [body](HTTPServerRequest&, HTTPServerResponse& response) {
                          auto& out = response.send();
                          for (const char byte : body) out.put(byte);
                          out << std::flush;
                        };
                      }},
                     {"StreamOfKnownLength",
                      [](const std::string& body, const std::string&) -> Answer {
                        return [body](HTTPServerRequest&, HTTPServerResponse& response) {
                          response.setContentLength64(static_cast<Poco::Int64>(body.size()));
                          response.send() << body;
                        };
                      }},
                     {"StreamLongerThanItsLength",
                      [](const std::string& body, const std::string&) -> Answer {
                        return [body](HTTPServerRequest&, HTTPServerResponse& response) {
                          response.setContentLength64(static_cast<Poco::Int64>(body.size()));
                          response.send() << body << "and more";
                        };
                      }},
                     {"Chunked",
                      [](const std::string& body, const std::string&) -> Answer {
                        return [body](HTTPServerRequest&, HTTPServerResponse& response) {
                          response.setChunkedTransferEncoding(true);
                          response.send() << body.substr(0, 10) << std::flush << body.substr(10);
                        };
                      }},
                     {"Buffer",
                      [](const std::string& body, const std::string&) -> Answer {
                        return [body](HTTPServerRequest&, HTTPServerResponse& response) {
                          response.sendBuffer(body.data(), body.size());
                        };
                      }},
                     {"File", [](const std::string&, const std::string& file) -> Answer {
                        return [file](HTTPServerRequest&, HTTPServerResponse& response) {
                          response.sendFile(file, "text/plain");
                        };
                      }}};

class EachWay : public CapturedAnswers, public ::testing::WithParamInterface<Way> {};
INSTANTIATE_TEST_SUITE_P(Ways, EachWay, ::testing::ValuesIn(kWays),
                         [](const auto& way) { return std::string(way.param.name); });

std::string bytes(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += std::to_string(i) + '\n';
  text.resize(size);
  return text;
}

}  // namespace

TEST_P(EachWay, IsRecordedSentAndStored) {
  const auto body = bytes(100'000);
  answer(GetParam().answer(body, file(body)));

  const auto miss = get("/a");
  const auto hit = get("/a");

  EXPECT_EQ(miss.cacheStatus(), kStored);
  EXPECT_EQ(hit.cacheStatus(), kHit);
  EXPECT_TRUE(miss.body == body);
  EXPECT_TRUE(hit.body == body);
  EXPECT_EQ(miss.field("Transfer-Encoding") + hit.field("Transfer-Encoding"), "");
}

TEST_P(EachWay, OverTheLimitReachesTheClientWholeAndIsNotStored) {
  const auto body = bytes((1u << 20) + 1);
  answer(GetParam().answer(body, file(body)));
  for (int i = 0; i < 2; ++i) {
    const auto got = get("/a");

    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.cacheStatus(), "larder; fwd=uri-miss; detail=\"too large\"");
    EXPECT_TRUE(got.body == body);
  }
  EXPECT_EQ(application_->runs, 2);
}

TEST_P(EachWay, OfAnUncacheableResponseReachesTheClientWhole) {
  const auto body = bytes(100'000);
  const auto way = GetParam().answer(body, file(body));
  answer([way](HTTPServerRequest& request, HTTPServerResponse& response) {
    response.set("Cache-Control", "private, no-store");
    way(request, response);
  });
  for (const Fields& fields : {Fields{}, Fields{{"If-None-Match", "\"another\""}}}) {
    const auto got = get("/a", fields);

    EXPECT_EQ(got.cacheStatus(), "larder; fwd=uri-miss; detail=\"no-store\"");
    EXPECT_EQ(got.field("Cache-Control"), "private, no-store");
    EXPECT_TRUE(got.body == body);
  }
  EXPECT_EQ(application_->runs, 2);
}

TEST_F(CapturedAnswers, ARedirectKeepsItsStatusAndLocation) {
  answer([](HTTPServerRequest&, HTTPServerResponse& response) { response.redirect("/b"); });
  for (int i = 0; i < 2; ++i) {
    const auto got = get("/a");

    EXPECT_EQ(got.status, 302);
    EXPECT_EQ(got.field("Location"), "/b");
    EXPECT_EQ(got.cacheStatus(), "larder; fwd=uri-miss; detail=\"status\"");
  }
}

TEST_F(CapturedAnswers, AChallengeKeepsItsStatusAndRealm) {
  answer([](HTTPServerRequest&, HTTPServerResponse& response) {
    response.requireAuthentication("here");
    response.send() << "who?";
  });

  const auto got = get("/a");

  EXPECT_EQ(got.status, 401);
  EXPECT_EQ(got.field("WWW-Authenticate"), "Basic realm=\"here\"");
  EXPECT_EQ(got.body, "who?");
}

TEST_F(CapturedAnswers, CookiesReachOnlyTheirOwnClient) {
  answer([this](HTTPServerRequest&, HTTPServerResponse& response) {
    response.addCookie(Poco::Net::HTTPCookie("user", std::to_string(application_->runs)));
    response.addCookie(Poco::Net::HTTPCookie("theme", "dark"));
    response.send() << "hello";
  });
  for (const std::string user : {"1", "2"}) {
    const auto got = get("/a");

    EXPECT_EQ(got.fields.count("Set-Cookie"), 2u);
    EXPECT_NE(got.field("Set-Cookie").find("user=" + user), std::string::npos);
    EXPECT_EQ(got.cacheStatus(), "larder; fwd=uri-miss; detail=\"set-cookie\"");
  }
}

TEST_F(CapturedAnswers, NoContentHasNoLengthAndNoBody) {
  answer([](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setStatusAndReason(HTTPServerResponse::HTTP_NO_CONTENT);
    response.send();
  });

  const auto got = exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(got.starts_with("HTTP/1.1 204 ")) << got;
  EXPECT_EQ(got.find("Content-Length"), std::string::npos) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\n")) << got;
}

TEST_F(CapturedAnswers, EventsReachTheClientAsTheyAreWritten) {
  std::binary_semaphore read(0);
  answer([&read](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setContentType("text/event-stream; charset=utf-8");
    response.setChunkedTransferEncoding(true);
    auto& out = response.send();
    out << "data: 1\n\n" << std::flush;
    const bool in_time = read.try_acquire_for(20s);  // released when the client receives the first event
    out << (in_time ? "data: 2\n\n" : "data: late\n\n");
  });
  Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", port()));
  const std::string request = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  socket.sendBytes(request.data(), static_cast<int>(request.size()));

  std::string got;
  std::array<char, 4096> block{};
  bool released = false;
  for (int n = 0; (n = socket.receiveBytes(block.data(), static_cast<int>(block.size()))) > 0;) {
    got.append(block.data(), static_cast<std::size_t>(n));
    if (released || got.find("data: 1") == std::string::npos) continue;
    read.release();
    released = true;
  }

  EXPECT_NE(got.find("data: 2"), std::string::npos) << got;
  EXPECT_NE(got.find("Cache-Status: larder; fwd=uri-miss; detail=\"stream\""), std::string::npos) << got;
}

TEST_F(CapturedAnswers, AResponseShorterThanItsContentLengthIsNotStoredAndEndsTheConnection) {
  answer([](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setContentLength(10);
    response.send() << "short";
  });
  for (int i = 0; i < 2; ++i) {
    const auto got = exchange("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

    EXPECT_NE(got.find("Content-Length: 10\r\n"), std::string::npos) << got;
    EXPECT_TRUE(got.ends_with("\r\n\r\nshort")) << got;
  }
  EXPECT_EQ(application_->runs, 2);
}

TEST_F(CapturedAnswers, AHandlerThatFailsMidwayTruncatesTheResponseAndNothingIsStored) {
  answer([this](HTTPServerRequest&, HTTPServerResponse& response) {
    if (application_->runs == 1) {
      response.send() << "stale";
      return;
    }
    response.setContentLength(3 << 20);
    response.send() << bytes(2 << 20) << std::flush;
    throw Poco::RuntimeException("half way");
  });
  get("/a");
  services_.advance(31s);

  const auto got = exchange("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_TRUE(got.starts_with("HTTP/1.1 200 ")) << got.substr(0, 200);
  EXPECT_LT(got.size(), 3u << 20);
  EXPECT_EQ(got.find("stale"), std::string::npos);
  EXPECT_EQ(get("/a", {{"Cache-Control", "only-if-cached"}}).status, 504);
}

TEST_F(CapturedAnswers, AMissingFileIsAServerError) {
  answer([this](HTTPServerRequest&, HTTPServerResponse& response) {
    response.sendFile((directory_.path() / "none").string(), "text/plain");
  });

  EXPECT_EQ(get("/a").status, 500);
}

TEST_F(CapturedAnswers, AFieldWithLineBreaksIsAnErrorAndDoesNotSplitTheResponse) {
  answer([](HTTPServerRequest&, HTTPServerResponse& response) {
    response.set("X-A", "a\r\nX-Injected: 1");
    response.send() << "text";
  });

  const auto got = exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

  EXPECT_TRUE(got.starts_with("HTTP/1.1 500 ")) << got;
  EXPECT_EQ(got.find("X-Injected"), std::string::npos) << got;
}

TEST_F(CapturedAnswers, AHandlerThatClosesItsConnectionAffectsNoOtherRequest) {
  answer([](HTTPServerRequest&, HTTPServerResponse& response) {
    response.setKeepAlive(false);
    response.send() << "text";
  });
  const std::string two =
      "GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const auto answers = [](const std::string& got) {
    std::size_t count = 0;
    for (auto at = got.find("HTTP/1.1 200"); at != std::string::npos; at = got.find("HTTP/1.1 200", at + 1))
      ++count;
    return count;
  };

  EXPECT_EQ(answers(exchange(two)), 1u);
  EXPECT_EQ(answers(exchange(two)), 2u) << "hits";
}

TEST_F(CapturedAnswers, WithoutAnAnswerNothingIsSentOrStored) {
  answer([](HTTPServerRequest&, HTTPServerResponse&) {});

  EXPECT_EQ(exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "");
  EXPECT_EQ(exchange("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), "");
  EXPECT_EQ(application_->runs, 2);
}
