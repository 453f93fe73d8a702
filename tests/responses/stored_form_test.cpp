// SPDX-License-Identifier: Apache-2.0
//
// A hit is sent directly from the cache's memory.
#include "http/stored_form.hpp"

#include <larder/http/poco_server.hpp>
#include "response_cache/stored_response.hpp"
#include "responses_fixture.hpp"
#include "servers/loopback.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

class StoredForms : public Responses {
 protected:
  void SetUp() override {
    auto answer = Response::json(std::string(100'000, 'x'));
    answer.headers.set("Link", "</a>; rel=next");
    answer.headers.add("Link", "</b>; rel=prev");
    app_->get("/users", counted(answer), cache(30s));
  }
};

std::optional<Response> lend(std::string payload) {
  return lendResponse(Payload(std::make_shared<const std::string>(std::move(payload))), Origin::store);
}

std::string payloadWith(const std::string& block) {
  std::string payload = encodeResponse(Response{200, {{"A", "b"}}, "body"}, 0ms);
  return payload.replace(payload.find("A: b\r\n"), 6, block);
}

}  // namespace

TEST_F(StoredForms, HitsShareTheBytesInTheCache) {
  later("/users");

  const auto first = atOnce("/users");
  const auto second = atOnce("/users");

  ASSERT_TRUE(first.stored && second.stored);
  EXPECT_EQ(first.stored->body.data(), second.stored->body.data());
  EXPECT_EQ(first.content().size(), 100'000u);
  EXPECT_TRUE(first.body.empty());
}

TEST_F(StoredForms, SurviveTheRemovalOfTheEntry) {
  later("/users");
  const auto hit = atOnce("/users");

  ASSERT_EQ(cache_.clear("responses"), Status::ok);
  services_.advance(60s);
  later("/users");

  EXPECT_EQ(hit.content(), std::string(100'000, 'x'));
  EXPECT_EQ(hit.field("Content-Type"), "application/json");
}

TEST_F(StoredForms, ContainTheCommonFieldsAndHeadersTheRest) {
  later("/users");

  const auto hit = atOnce("/users");

  std::vector<std::string> stored;
  auto block = hit.stored->headerBlock;
  while (const auto field = takeField(block)) stored.emplace_back(field->name);
  EXPECT_TRUE(block.empty());
  EXPECT_EQ(stored, (std::vector<std::string>{"Date", "Content-Type", "Link", "Link", "ETag", "Cache-Control",
                                              "Vary"}));
  std::vector<std::string> fresh;
  for (const auto& [name, value] : hit.headers) fresh.emplace_back(name);
  EXPECT_EQ(fresh, (std::vector<std::string>{"Age", "Cache-Status"}));
}

TEST_F(StoredForms, InFullEqualTheHandlersResponse) {
  const auto miss = later("/users");

  const auto hit = atOnce("/users").inFull();

  EXPECT_FALSE(hit.stored);
  EXPECT_EQ(hit.body, miss.body);
  EXPECT_EQ(hit.headers.joined("Link"), miss.headers.joined("Link"));
  EXPECT_EQ(hit.headers.get("ETag"), miss.headers.get("ETag"));
}

TEST_F(StoredForms, AreComparedWithConditionalRequests) {
  const auto tag = std::string(later("/users").field("ETag").value());

  const auto unchanged = atOnce("/users", {{"If-None-Match", tag}});

  EXPECT_EQ(unchanged.status, 304);
  EXPECT_FALSE(unchanged.stored);
  EXPECT_EQ(unchanged.headers.get("ETag"), tag);
  EXPECT_EQ(unchanged.headers.get("Cache-Control"), "no-cache");
  EXPECT_FALSE(unchanged.headers.has("Link"));
}

TEST_F(StoredForms, AreSentByThePocoServer) {
  later("/users");
  PocoServer server(
      [this](Request request) {
        Response answer;
        app_->handle(std::move(request), workers_, [&answer](Response hit) { answer = std::move(hit); });
        return answer;
      },
      {.address = "127.0.0.1:0", .workers = 1});
  const auto ask = [&server](const std::string& method) {
    return servers::exchange(server.port(), method + " /users HTTP/1.1\r\nConnection: close\r\n\r\n", 10s);
  };

  const auto get = ask("GET");
  const auto head = ask("HEAD");

  for (const auto& answer : {get, head}) {
    for (const auto* line : {"Content-Length: 100000\r\n", "Link: </b>; rel=prev\r\n",
                             "Cache-Status: larder; hit; ttl=30\r\n", "ETag: "})
      EXPECT_NE(answer.find(line), std::string::npos) << line;
    EXPECT_EQ(answer.find("Date: "), answer.rfind("Date: "));
  }
  EXPECT_TRUE(get.ends_with("\r\n\r\n" + std::string(100'000, 'x')));
  EXPECT_TRUE(head.ends_with("\r\n\r\n"));
}

TEST(StoredBytes, ThatWouldSplitAResponseAreRefused) {
  ASSERT_TRUE(lend(payloadWith("C: d\r\n")));

  for (const char* block :
       {"A: b\n\n", "\r\nA: \r", ": bb\r\n", "A b:\r\n", "A: \n\r\n", "A:\rbc\r", "A: bcd"})
    EXPECT_FALSE(lend(payloadWith(block))) << block;
}

TEST(StoredBytes, ThatAreTruncatedExtendedOrForeignAreRefused) {
  const auto whole = encodeResponse(Response::json("[1]"), 0ms);
  ASSERT_TRUE(lend(whole));

  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(lend(whole.substr(0, size))) << size;
  EXPECT_FALSE(lend(whole + "x"));
  EXPECT_FALSE(lend(std::string(1, '\x01') + whole.substr(1)));
}
