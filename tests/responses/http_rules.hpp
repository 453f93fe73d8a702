// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSES_HTTP_RULES_HPP
#define LARDER_RESPONSES_HTTP_RULES_HPP

#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <larder/http/app.hpp>
#include "conformance/manual_clock.hpp"
#include "engine/our_backends.hpp"
#include "responses/http_front.hpp"

namespace larder::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

// 2023-11-14 22:13:20 plus an hour: the initial time of the test clock.
inline constexpr const char* kStart = "Tue, 14 Nov 2023 23:13:20 GMT";
inline constexpr const char* kAMinuteLater = "Tue, 14 Nov 2023 23:14:20 GMT";
inline constexpr const char* kAMinuteBefore = "Tue, 14 Nov 2023 23:12:20 GMT";

inline constexpr const char* kMiss = "fwd=uri-miss; stored";

inline CachePolicy bounded() { return cache(std::chrono::hours(1)); }
inline CachePolicy honoured() { return bounded().honourResponse(std::chrono::hours(2)); }

/// One exchange of a table: the request and its time, the handler's response, and the expected result.
struct Step {
  std::chrono::seconds after{0};  ///< since the previous step
  Fields request{};
  Fields answer{};           ///< the handler's fields
  std::string cache{};       ///< the beginning of the expected Cache-Status, after "larder; "
  int status = 200;          ///< expected
  std::string body = "[1]";  ///< the handler's body, also expected
  Fields expected{};         ///< expected fields of the response; an empty value: absent
  Fields asked{};            ///< the same for the request that the handler received, if it ran
  int answerStatus = 200;
  std::string method = "GET";
  std::optional<std::string> expectedBody{};  ///< if it differs from the handler's
};

struct Scenario {
  std::string name;
  CachePolicy policy;
  std::vector<Step> steps;
};

/// The cache that scenarios run on.
struct Setup {
  tests::Kind backend;
  Way way = Way::call;
  std::string name = backend.name;
};
inline void PrintTo(const Setup& setup, std::ostream* out) { *out << setup.name; }

inline tests::Kind lruAlone() {
  return {"lru",
          [](HostServices& services) {
            return tests::Opened{nullptr, {}, tests::openLru(services)};
          },
          {}};
}

/// Runs scenarios on a backend, by the test's clock.
class HttpRules : public ::testing::TestWithParam<Setup> {
 protected:
  void play(const std::vector<Scenario>& scenarios) {
    for (const auto& scenario : scenarios) play(scenario);
  }

  void play(const Scenario& scenario) {
    SCOPED_TRACE(scenario.name);
    const auto path = "/" + std::to_string(++scenarios_);
    App app(cache_);
    const Step* now = nullptr;
    std::optional<Headers> asked;
    app.get(
        path,
        [&](const Request& request) {
          asked = request.headers;
          Response answer{now->answerStatus, {}, now->answerStatus == 304 ? "" : now->body};
          for (const auto& [name, value] : now->answer) answer.headers.add(name, value);
          return answer;
        },
        scenario.policy);
    HttpFront front(app, GetParam().way);
    int number = 0;
    for (const auto& step : scenario.steps) {
      SCOPED_TRACE("step " + std::to_string(++number));
      services_.advance(step.after);
      now = &step;
      asked.reset();
      auto request = Request::of(step.method, path);
      for (const auto& [name, value] : step.request) request.headers.add(name, value);
      compare(step, front.ask(request));
      if (asked) compare(step.asked, *asked, "the handler's request");
    }
  }

  static void compare(const Fields& wanted, const Headers& headers, const char* of) {
    for (const auto& [name, value] : wanted)
      EXPECT_EQ(headers.joined(name).value_or(""), value) << name << " of " << of;
  }
  static void compare(const Step& step, const Response& response) {
    EXPECT_EQ(response.status, step.status);
    const auto said = response.headers.joined("Cache-Status").value_or("");
    EXPECT_TRUE(said.starts_with("larder; " + step.cache)) << said << " instead of " << step.cache;
    const bool has_body = response.status != 204 && response.status != 304 && response.status != 416;
    if (step.method == "GET" && has_body) {
      EXPECT_EQ(response.body, step.expectedBody.value_or(step.body));
    }
    compare(step.expected, response.headers, "the response");
  }

  conformance::ManualServices services_;
  tests::Opened opened_ = GetParam().backend.open(services_);
  Cache cache_{opened_.backend, {.operationTimeout = std::chrono::seconds(20)}};

 private:
  int scenarios_ = 0;
};

}  // namespace larder::http

#endif
