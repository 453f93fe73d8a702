// SPDX-License-Identifier: Apache-2.0
#include "response_cache/gzip.hpp"

#include <Poco/InflatingStream.h>

#include <iterator>
#include <sstream>

#include <larder/http/cacheability.hpp>
#include "http/stored_form.hpp"
#include "response_cache/stored_response.hpp"
#include "responses_fixture.hpp"

using namespace larder;
using namespace larder::http;
using namespace std::chrono_literals;

namespace {

std::string text(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "{\"name\":\"user " + std::to_string(text.size()) + "\"},";
  text.resize(size);
  return text;
}

std::string inflated(std::string_view bytes) {
  std::istringstream in{std::string(bytes)};
  Poco::InflatingInputStream gzip(in, Poco::InflatingStreamBuf::STREAM_GZIP);
  return {std::istreambuf_iterator<char>(gzip), {}};
}

class GzipForms : public Responses {
 protected:
  const std::string body_ = text(20'000);
  const Headers gzip_{{"Accept-Encoding", "br, gzip"}};
};

bool isGzip(const Response& response) { return response.field("Content-Encoding") == "gzip"; }

}  // namespace

TEST_F(GzipForms, AreServedFromTheSameEntryToClientsThatAcceptThem) {
  app_->get("/users", counted(Response::json(body_)), cache(30s));
  const auto miss = later("/users", gzip_);

  const auto hit = atOnce("/users", gzip_);
  const auto plain = atOnce("/users");

  for (const auto& answer : {miss, hit}) {
    EXPECT_TRUE(isGzip(answer));
    EXPECT_LT(answer.content().size(), body_.size() / 2);
    EXPECT_EQ(inflated(answer.content()), body_);
    EXPECT_EQ(answer.field("Content-Type"), "application/json");
  }
  EXPECT_EQ(status(miss), "larder; fwd=uri-miss; stored");
  EXPECT_EQ(status(hit), kHit);
  EXPECT_EQ(status(plain), kHit);
  EXPECT_EQ(plain.content(), body_);
  EXPECT_FALSE(plain.field("Content-Encoding"));
  EXPECT_EQ(executions_, 1);
}

TEST_F(GzipForms, AreServedFromAnEntryThatAPlainRequestStored) {
  app_->get("/users", counted(Response::json(body_)), cache(30s));
  EXPECT_EQ(later("/users").content(), body_);

  EXPECT_EQ(inflated(atOnce("/users", gzip_).content()), body_);
}

TEST_F(GzipForms, BothHaveVaryAndEachHasItsOwnETag) {
  auto answer = Response::json(body_);
  answer.headers.set("Vary", "Accept");
  app_->get("/users", counted(answer), cache(30s).varyByHeader("Accept"));
  const auto made = later("/users");
  const auto plain = atOnce("/users").inFull();
  const auto gzip = atOnce("/users", gzip_).inFull();

  for (const auto& each : {made, plain, gzip})
    EXPECT_EQ(each.headers.joined("Vary"), "Accept, Accept-Encoding");
  const auto tag = std::string(plain.headers.get("ETag").value());
  EXPECT_EQ(made.headers.get("ETag"), tag);
  EXPECT_EQ(gzip.headers.get("ETag"), tag.substr(0, tag.size() - 1) + "-gzip\"");
}

TEST_F(GzipForms, A304RefersToTheFormThatWouldBeSent) {
  app_->get("/users", counted(Response::json(body_)), cache(30s));
  later("/users");
  const auto plain = std::string(atOnce("/users").field("ETag").value());
  const auto gzip = std::string(atOnce("/users", gzip_).field("ETag").value());
  const auto ask = [this](const std::string& tag, const char* accepted) {
    return atOnce("/users", {{"If-None-Match", tag}, {"Accept-Encoding", accepted}});
  };

  EXPECT_EQ(ask(plain, "").status, 304);
  EXPECT_EQ(ask(gzip, "gzip").status, 304);
  EXPECT_EQ(ask(gzip, "gzip").headers.get("ETag"), gzip);
  EXPECT_EQ(ask(gzip, "gzip").headers.get("Vary"), "Accept-Encoding");
  EXPECT_EQ(ask(plain, "gzip").status, 200);
  EXPECT_EQ(ask(gzip, "").status, 200);
  EXPECT_EQ(ask(plain + ", " + gzip, "gzip").status, 304);
}

TEST_F(GzipForms, HeadSaysWhatGetWouldSend) {
  app_->get("/users", counted(Response::json(body_)), cache(30s));
  later("/users");

  const auto get = atOnce("/users", gzip_);
  const auto head = atOnce("/users", gzip_, "HEAD");

  EXPECT_EQ(head.stored->headerBlock, get.stored->headerBlock);
  EXPECT_EQ(head.content().size(), get.content().size());
}

TEST_F(GzipForms, AreOmittedIfTheySaveTooLittleOrAreNotAllowed) {
  const auto with = [this](const char* name, const char* value) {
    auto response = Response::json(body_);
    response.headers.set(name, value);
    return response;
  };
  std::string noise(20'000, '\0');
  std::uint32_t state = 1;
  for (auto& byte : noise) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const std::vector<std::pair<Response, CachePolicy>> cases{
      {Response::json(text(1023)), cache(30s)},
      {Response::json(body_), cache(30s).gzipFrom(20'001)},
      {Response::json(body_), cache(30s).gzipFrom(0)},
      {Response::json(noise), cache(30s)},
      {with("Content-Type", "image/png"), cache(30s)},
      {with("Content-Encoding", "br"), cache(30s)},
      {with("Cache-Control", "max-age=3, no-transform"), cache(30s)},
      {with("Repr-Digest", "sha-256=:x:"), cache(30s)},
      {Response::json(body_), cache(30s).varyByHeader("Cookie")}};
  int page = 0;
  for (const auto& [response, policy] : cases) {
    const auto target = "/page" + std::to_string(++page);
    app_->get(target, counted(response), policy);
    for (const auto& answer : {later(target, gzip_), atOnce(target, gzip_)}) {
      EXPECT_EQ(answer.content(), response.body) << page;
      EXPECT_FALSE(isGzip(answer)) << page;
      EXPECT_FALSE(hasDirective(Headers{{"Vary", std::string(answer.field("Vary").value_or(""))}}, "Vary",
                                "Accept-Encoding"))
          << page;
    }
  }
}

TEST_F(GzipForms, AreOmittedIfBothFormsTogetherAreTooLarge) {
  const auto large = text((1 << 20) - 2000);
  app_->get("/large", counted(Response::json(large)), cache(30s));

  EXPECT_EQ(status(later("/large", gzip_)), "larder; fwd=uri-miss; stored");
  EXPECT_EQ(atOnce("/large", gzip_).content().size(), large.size());
}

TEST_F(GzipForms, OfALearnedVariantAreStoredToo) {
  auto answer = Response::text(body_);
  answer.headers.set("Vary", "Accept-Language");
  app_->get("/users", counted(answer), cache(30s));
  later("/users");

  const auto hit = atOnce("/users", gzip_).inFull();

  EXPECT_EQ(inflated(hit.body), body_);
  EXPECT_EQ(hit.headers.joined("Vary"), "Accept-Language, Accept-Encoding");
}

TEST(Encodings, AreAcceptedByTheirWeights) {
  const auto prefers = [](const std::string& accepted) {
    return prefersGzip({{"Accept-Encoding", accepted}});
  };

  for (const auto* accepted :
       {"gzip", "GZip", "x-gzip", "br, gzip", "gzip;q=0.001", "gzip; q=1.000", "gzip;Q=0.5", "*", "*;q=0.1",
        "identity;q=0.5, gzip", "identity, gzip", "gzip;q=0.5, *;q=0", "br;q=1,gzip;q=0.8, *;q=0.1"})
    EXPECT_TRUE(prefers(accepted)) << accepted;
  for (const auto* accepted :
       {"", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "identity, gzip;q=0.5", "identity",
        "gzipped", "gzip;q=2", "gzip;q=1.001", "gzip;q=0.0001", "gzip;q=x", "gzip;q=", "gzip;level=9"})
    EXPECT_FALSE(prefers(accepted)) << accepted;
  EXPECT_FALSE(prefersGzip({}));
  EXPECT_TRUE(prefersGzip({{"Accept-Encoding", "br"}, {"Accept-Encoding", "gzip"}}));
}

TEST(GzipTags, DifferWhereTheTagIsStrong) {
  EXPECT_EQ(gzipTag("\"abc\""), "\"abc-gzip\"");
  EXPECT_EQ(gzipTag("\"\""), "\"-gzip\"");
  EXPECT_EQ(gzipTag("W/\"abc\""), "W/\"abc\"");
}
