// SPDX-License-Identifier: Apache-2.0
//
// What hangs, and what still works meanwhile: the admin listener, the main listener, and the end of the
// process.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "host_process.hpp"
#include "http/socket.hpp"
#include "servers/loopback.hpp"
#include "servers/temp_directory.hpp"
#include "servers/text.hpp"

using namespace larder;
using namespace larder::system;
using namespace std::chrono_literals;

namespace {

using larder::servers::contains;

const std::vector<std::string> kHangingBackend{
    "--set", std::string("backends.hanging.plugin=") + LARDER_HANGING_PLUGIN};

}  // namespace

TEST(HangingPlugin, LeavesTheAdminListenerAndTheMainOneAnswering) {
  HostProcess larder(kHangingBackend);
  std::vector<std::thread> operators;
  std::vector<Answer> answers(6);
  for (std::size_t i = 0; i < answers.size(); ++i)
    operators.emplace_back(
        [&, i] { answers[i] = larder.adminPost("/api/swap", R"({"backend":"hanging"})"); });
  ASSERT_TRUE(larder.awaitThread("larder-changes"));

  EXPECT_EQ(larder.adminGet("/readyz").status, 200);
  EXPECT_TRUE(contains(larder.adminGet("/api/backends").body(), R"("active":"lru")"));
  EXPECT_EQ(larder.get("/users").status, 200);
  for (auto& each : operators) each.join();
  for (const auto& answer : answers) EXPECT_EQ(answer.status, 409) << answer.text;
}

TEST(HangingPlugin, ThatIsSwappedInDoesNotKeepSigtermFromEndingTheProcess) {
  HostProcess larder(kHangingBackend);
  std::thread asking([&] { larder.adminPost("/api/swap", R"({"backend":"hanging"})"); });
  ASSERT_TRUE(larder.awaitThread("larder-changes"));

  const auto ended = larder.terminate();  // waits for longer than the limit of nine seconds
  asking.join();

  EXPECT_EQ(ended.status, 1) << ended.output;
  EXPECT_TRUE(contains(ended.output, "ending without them")) << ended.output;
}

TEST(HangingPlugin, ThatHangsAtTheStartDoesNotKeepSigtermFromEndingTheProcess) {
  const servers::TempDirectory directory("larder-hang");
  const auto log = directory.path() / "log";
  auto arguments = kHangingBackend;
  const std::vector<std::string> serve{LARDER_PROGRAM, "serve", "--backend",
                                       "hanging",      "--set", "users.database=sqlite::memory:"};
  arguments.insert(arguments.begin(), serve.begin(), serve.end());
  servers::ChildProcess child({.arguments = arguments, .log = log});
  ASSERT_TRUE(awaitThread(child.pid(), "larder-signals"));

  ::kill(child.pid(), SIGTERM);
  ASSERT_TRUE(awaitThread(child.pid(), "stop-limit"));
  ASSERT_TRUE(child.running());
  ::kill(child.pid(), SIGTERM);

  const auto status = child.wait(30s);
  ASSERT_TRUE(status);
  EXPECT_TRUE(contains(servers::contentsOf(log), "a second signal ends the process"))
      << servers::contentsOf(log);
}

TEST(HostAdminListener, IsNotHeldUpByIdleConnections) {
  const HostProcess larder;
  std::vector<tests::Socket> idle;
  for (int i = 0; i < 20; ++i) idle.emplace_back(larder.adminPort()).send("GET /readyz HT");

  const auto answer = larder.adminGet("/readyz");
  EXPECT_EQ(answer.status, 200);
  idle.front().send(
      "TP/1.1\r\nHost: localhost\r\n\r\n");  // still open: no connection was closed to make room
  EXPECT_TRUE(contains(idle.front().response(), "HTTP/1.1 200"));
}

TEST(HostUsersDatabase, ThatIsRemovedIs503AndOneLineOfTheLog) {
  const HostProcess larder;
  ASSERT_EQ(larder.get("/users/1").status, 200);

  std::filesystem::remove(larder.database());
  for (int i = 2; i < 6; ++i) {
    const auto answer = larder.get("/users/" + std::to_string(i));
    EXPECT_EQ(answer.status, 503) << answer.text;
    EXPECT_EQ(answer.header("Retry-After"), "1");
  }
  std::this_thread::sleep_for(1100ms);  // by now another fault would be logged again
  const auto created = larder.request("POST", "/users", {}, R"({"name":"Ada","email":"ada@example.org"})");

  EXPECT_EQ(created.status, 503);
  EXPECT_EQ(larder.linesWith("the file was removed or replaced"), 1u) << larder.output();
}
