// SPDX-License-Identifier: Apache-2.0
#include "users/answer_faults.hpp"
#include "users/open_user_store.hpp"
#include "users/user_handlers.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace larder::users {
namespace {

using http::Request;
using http::Response;
using std::chrono::milliseconds;

constexpr const char* newUser = R"({"name":"New","email":"new@example.com"})";

// A store that always fails.
class BrokenStore final : public UserStore {
 public:
  std::string_view system() const override { return "none"; }
  std::vector<User> list(std::int64_t, std::int64_t) override { fail(); }
  std::optional<User> find(std::int64_t) override { fail(); }
  std::optional<Credentials> credentials(const std::string&) override { fail(); }
  User create(const NewUser&) override { fail(); }
  bool update(const User&) override { fail(); }
  std::optional<User> change(std::int64_t, const UserChange&) override { fail(); }
  bool erase(std::int64_t) override { fail(); }

 private:
  [[noreturn]] static void fail() { throw StoreUnavailable("disk /secret/place is full"); }
};

// Blocks a caller that creates a user until released.
class HoldingStore final : public UserStore {
 public:
  std::string_view system() const override { return "none"; }
  std::vector<User> list(std::int64_t, std::int64_t) override { return {}; }
  std::optional<User> find(std::int64_t) override { return std::nullopt; }
  std::optional<Credentials> credentials(const std::string&) override { return std::nullopt; }
  User create(const NewUser& user) override {
    std::unique_lock lock(mutex_);
    ++held_;
    changed_.notify_all();
    if (!changed_.wait_for(lock, kPatience, [this] { return letGo_; })) throw StoreUnavailable("held");
    return {held_, user.name, user.email};
  }
  bool update(const User&) override { return false; }
  std::optional<User> change(std::int64_t, const UserChange&) override { return std::nullopt; }
  bool erase(std::int64_t) override { return false; }

  bool awaitHeld(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return held_ >= count; });
  }
  void letGo() {
    const std::lock_guard lock(mutex_);
    letGo_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::chrono::minutes kPatience{1};

  std::mutex mutex_;
  std::condition_variable changed_;
  int held_ = 0;
  bool letGo_ = false;
};

class UserHandlersTest : public testing::Test {
 protected:
  static Request withId(Request request, std::string id) {
    request.params.emplace("id", std::move(id));
    return request;
  }
  static Request withBody(std::string method, std::string body, std::string type = "application/json") {
    Request request = Request::of(std::move(method), "/users", std::move(body));
    request.headers.set("Content-Type", type);
    return request;
  }
  static Request query(const std::string& text) { return Request::of("GET", "/users?" + text); }
  static Request byId(const std::string& id) { return withId(Request::of("GET", "/users/" + id), id); }

  static bool isProblem(const Response& response, int status, const std::string& type) {
    return response.status == status && response.headers.get("Content-Type") == "application/problem+json" &&
           response.body.find("/problems/" + type + "\"") != std::string::npos;
  }

  std::unique_ptr<UserStore> store_ = openUserStore("sqlite::memory:");
  std::vector<std::string> executed_;
  std::vector<std::string> failures_;
  UserHandlerObservers observers_{
      .executed = [this](std::string_view handler) { executed_.emplace_back(handler); },
      .unavailable = [this](std::string_view reason) { failures_.emplace_back(reason); }};
  UserHandlers handlers_{*store_, milliseconds(0), observers_};
};

TEST_F(UserHandlersTest, ListReturnsAllSampleUsers) {
  const Response response = handlers_.list(Request::of("GET", "/users"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
  EXPECT_TRUE(response.body.starts_with(R"([{"id":1,"name":"Ada Lovelace","email":"ada@example.com"},)"));
  EXPECT_NE(response.body.find(R"("id":20,)"), std::string::npos);
}

TEST_F(UserHandlersTest, RegistersTwoPasswordsOfOneClientAtATimeWithoutDelayingOthers) {
  HoldingStore store;
  UserHandlers handlers(store, milliseconds(0));
  const auto register_from = [&](std::string address) {
    auto request =
        withBody("POST", R"({"name":"New","email":"new@example.com","password":"correct horse battery"})");
    request.clientAddress = std::move(address);
    return handlers.create(request);
  };
  const auto begin = [&](const char* address) {
    return std::async(std::launch::async, register_from, std::string(address));
  };
  std::vector<std::future<Response>> held;
  held.push_back(begin("2001:db8::1"));
  held.push_back(begin("2001:db8::2"));
  ASSERT_TRUE(store.awaitHeld(2));

  const auto refused = register_from("2001:db8::3");  // in the same /64
  held.push_back(begin("192.0.2.1"));

  EXPECT_TRUE(isProblem(refused, 429, "passwords-busy"));
  EXPECT_EQ(refused.headers.get("Retry-After"), "1");
  EXPECT_TRUE(store.awaitHeld(3));
  store.letGo();
  for (auto& each : held) EXPECT_EQ(each.get().status, 201);
  EXPECT_EQ(register_from("2001:db8::3").status, 201);
}

TEST_F(UserHandlersTest, APasswordBeyondTheLimitIsAskedToRetry) {
  const auto response = answerFaults([]() -> Response { throw PasswordsBusy(); }, {});

  EXPECT_TRUE(isProblem(response, 429, "passwords-busy"));
  EXPECT_EQ(response.headers.get("Retry-After"), "1");
}

TEST_F(UserHandlersTest, ListAppliesLimitAndOffset) {
  const Response response = handlers_.list(query("limit=1&offset=1"));

  EXPECT_EQ(response.body, R"([{"id":2,"name":"Alan Turing","email":"alan@example.com"}])");
}

TEST_F(UserHandlersTest, ListBeyondTheEndIsAnEmptyArray) {
  EXPECT_EQ(handlers_.list(query("offset=9223372036854775807")).body, "[]");
}

TEST_F(UserHandlersTest, ListRefusesBadParameters) {
  for (const char* bad : {"limit=0", "limit=1001", "limit=-1", "limit=", "limit=1x", "limit=+1", "limit=%201",
                          "offset=-1", "offset=x", "offset=9223372036854775808"})
    EXPECT_TRUE(isProblem(handlers_.list(query(bad)), 400, "invalid-parameter")) << bad;
  EXPECT_EQ(handlers_.list(query("limit=1000")).status, 200);
}

TEST_F(UserHandlersTest, GetReturnsOneUser) {
  const Response response = handlers_.get(byId("9"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"id":9,"name":"Grace Hopper","email":"grace@example.com"})");
}

TEST_F(UserHandlersTest, AnUnusedOrImpossibleIdIsNotFound) {
  Request body = withBody("PUT", newUser);
  for (const char* id : {"21", "0", "-1", "x", "1x", "", " 1", "+1", "1.0", "9223372036854775808"}) {
    EXPECT_TRUE(isProblem(handlers_.get(byId(id)), 404, "user-not-found")) << id;
    EXPECT_TRUE(isProblem(handlers_.update(withId(body, id)), 404, "user-not-found")) << id;
    EXPECT_TRUE(isProblem(handlers_.erase(byId(id)), 404, "user-not-found")) << id;
  }
}

TEST_F(UserHandlersTest, ChangeKeepsMembersAbsentFromThePatch) {
  const auto patch = [&](const std::string& body, const std::string& type = "application/merge-patch+json") {
    return handlers_.change(withId(withBody("PATCH", body, type), "9"));
  };

  EXPECT_EQ(patch(R"({"name":"Admiral"})").body, R"({"id":9,"name":"Admiral","email":"grace@example.com"})");
  EXPECT_EQ(patch(R"({"email":"g@example.com"})", "application/json").body,
            R"({"id":9,"name":"Admiral","email":"g@example.com"})");
  EXPECT_EQ(patch("{}").body, handlers_.get(byId("9")).body);
  EXPECT_TRUE(isProblem(patch(R"({"email":"ada@example.com"})"), 409, "email-taken"));
  for (const char* wrong : {R"({"name":null})", R"({"name":""})", R"({"id":3})", R"({"email":"x"})"})
    EXPECT_TRUE(isProblem(patch(wrong), 422, "invalid-user")) << wrong;
  EXPECT_TRUE(isProblem(patch("[]"), 400, "malformed-json"));
  EXPECT_TRUE(isProblem(patch("{}", "text/plain"), 415, "unsupported-media-type"));
  EXPECT_TRUE(isProblem(handlers_.change(withId(withBody("PATCH", "{}"), "4711")), 404, "user-not-found"));
}

TEST_F(UserHandlersTest, CreateStoresTheUserAndReturnsItsLocation) {
  const Response response = handlers_.create(withBody("POST", newUser));

  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.headers.get("Location"), "/users/21");
  EXPECT_EQ(response.body, R"({"id":21,"name":"New","email":"new@example.com"})");
  EXPECT_EQ(handlers_.get(byId("21")).body, response.body);
}

TEST_F(UserHandlersTest, TheContentTypeHasToBeJson) {
  for (const char* type : {"text/plain", "application/jsonp", "application/x-www-form-urlencoded", "", ";"}) {
    EXPECT_TRUE(isProblem(handlers_.create(withBody("POST", newUser, type)), 415, "unsupported-media-type"))
        << type;
    EXPECT_EQ(handlers_.update(withId(withBody("PUT", newUser, type), "1")).status, 415) << type;
  }
  EXPECT_EQ(handlers_.create(Request::of("POST", "/users", newUser)).status, 415);
  EXPECT_EQ(handlers_.create(withBody("POST", newUser, "Application/JSON ; charset=utf-8")).status, 201);
}

TEST_F(UserHandlersTest, MalformedJsonIsABadRequest) {
  EXPECT_TRUE(isProblem(handlers_.create(withBody("POST", "{")), 400, "malformed-json"));
  EXPECT_TRUE(isProblem(handlers_.update(withId(withBody("PUT", "[]"), "1")), 400, "malformed-json"));
}

TEST_F(UserHandlersTest, AnInvalidUserIsRefusedWithTheErrors) {
  const Response response = handlers_.create(withBody("POST", R"({"name":"","id":7})"));

  EXPECT_TRUE(isProblem(response, 422, "invalid-user"));
  EXPECT_NE(response.body.find(R"("errors":[{"field":"name","message":"is empty"},)"
                               R"({"field":"email","message":"is missing"},)"
                               R"({"field":"id","message":"is not a field of a user"}])"),
            std::string::npos)
      << response.body;
  EXPECT_EQ(handlers_.update(withId(withBody("PUT", "{}"), "1")).status, 422);
}

TEST_F(UserHandlersTest, ATakenEmailIsAConflict) {
  const char* taken = R"({"name":"New","email":"ADA@example.com"})";

  EXPECT_TRUE(isProblem(handlers_.create(withBody("POST", taken)), 409, "email-taken"));
  EXPECT_TRUE(isProblem(handlers_.update(withId(withBody("PUT", taken), "2")), 409, "email-taken"));
}

TEST_F(UserHandlersTest, UpdateReplacesTheUser) {
  const Response response = handlers_.update(withId(withBody("PUT", newUser), "1"));

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"id":1,"name":"New","email":"new@example.com"})");
  EXPECT_EQ(handlers_.get(byId("1")).body, response.body);
}

TEST_F(UserHandlersTest, AUserMayKeepItsEmail) {
  EXPECT_EQ(
      handlers_.update(withId(withBody("PUT", R"({"name":"A","email":"ada@example.com"})"), "1")).status,
      200);
}

TEST_F(UserHandlersTest, EraseRemovesTheUserAndNeverReusesItsId) {
  EXPECT_EQ(handlers_.erase(byId("20")).status, 204);

  EXPECT_EQ(handlers_.get(byId("20")).status, 404);
  EXPECT_EQ(handlers_.erase(byId("20")).status, 404);
  EXPECT_EQ(handlers_.create(withBody("POST", newUser)).headers.get("Location"), "/users/21");
}

TEST_F(UserHandlersTest, SqlInAFieldIsText) {
  const char* name = "Robert'); DROP TABLE users;--";

  ASSERT_EQ(
      handlers_.create(withBody("POST", R"({"name":")" + std::string(name) + R"(","email":"r@t.x"})")).status,
      201);

  EXPECT_EQ(store_->find(21)->name, name);
}

TEST_F(UserHandlersTest, EveryExecutionIsCountedByName) {
  handlers_.list(Request::of("GET", "/users"));
  handlers_.get(byId("x"));
  handlers_.create(withBody("POST", "{"));
  handlers_.update(withId(withBody("PUT", newUser), "1"));
  handlers_.erase(byId("1"));

  EXPECT_EQ(executed_, (std::vector<std::string>{"list", "get", "create", "update", "erase"}));
}

TEST_F(UserHandlersTest, OnlyReadsWaitForTheDelay) {
  UserHandlers slow(*store_, milliseconds(60), {});
  const auto took = [](auto call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::steady_clock::now() - start;
  };

  EXPECT_GE(took([&] { slow.list(Request::of("GET", "/users")); }), milliseconds(60));
  EXPECT_GE(took([&] { slow.get(byId("1")); }), milliseconds(60));
  EXPECT_LT(took([&] { slow.create(withBody("POST", newUser)); }), milliseconds(60));
}

TEST_F(UserHandlersTest, AFailingStoreIsA503WithoutInternalDetails) {
  BrokenStore broken;
  UserHandlers handlers(broken, milliseconds(0), observers_);

  const std::vector<Response> responses{handlers.list(Request::of("GET", "/users")), handlers.get(byId("1")),
                                        handlers.create(withBody("POST", newUser)),
                                        handlers.update(withId(withBody("PUT", newUser), "1")),
                                        handlers.erase(byId("1"))};

  for (const Response& response : responses) {
    EXPECT_TRUE(isProblem(response, 503, "users-unavailable"));
    EXPECT_EQ(response.headers.get("Retry-After"), "1");
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
  }
  EXPECT_EQ(failures_, std::vector<std::string>(5, "disk /secret/place is full"));
}

}  // namespace
}  // namespace larder::users
