// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_RESPONSES_FIXTURE_HPP
#define LARDER_RESPONSES_FIXTURE_HPP

#include <larder/cache.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <larder/http/app.hpp>
#include "conformance/manual_clock.hpp"
#include "unit/manual_executor.hpp"
#include "unit/open_backend.hpp"

namespace larder::http {

inline constexpr const char* kHit = "larder; hit; ttl=30";

/// An App in front of lru whose handlers run only when the test asks for it.
class Responses : public ::testing::Test {
 protected:
  Handler counted(const Response& answer = Response::json("[1]")) {
    return [this, answer](const Request&) {
      ++executions_;
      return answer;
    };
  }

  /// Sends a request, and collects answers in answers_ as they arrive.
  void ask(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    auto request = Request::of(method, target);
    request.headers = std::move(headers);
    app_->handle(std::move(request), workers_,
                 [this](Response response) { answers_.push_back(std::move(response)); });
  }
  /// Returns the answer available without any worker.
  Response atOnce(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    answers_.clear();
    ask(target, std::move(headers), method);
    EXPECT_EQ(workers_.waiting(), 0u) << target;
    EXPECT_EQ(answers_.size(), 1u) << target;
    return answers_.empty() ? Response{} : answers_.front();
  }
  /// Returns the answer available once the workers have run.
  Response later(const std::string& target, Headers headers = {}, const std::string& method = "GET") {
    answers_.clear();
    ask(target, std::move(headers), method);
    EXPECT_TRUE(answers_.empty()) << target;
    workers_.runAll();
    EXPECT_EQ(answers_.size(), 1u) << target;
    return answers_.empty() ? Response{} : answers_.front();
  }
  static std::string status(const Response& response) {
    return std::string(response.headers.get("Cache-Status").value_or("none"));
  }

  conformance::ManualServices services_;
  Cache cache_{openBackend(LARDER_LRU_PLUGIN, services_), {}};
  std::optional<App> app_{std::in_place, cache_};
  ManualExecutor workers_;
  std::vector<Response> answers_;
  int executions_ = 0;
};

}  // namespace larder::http

#endif
