// SPDX-License-Identifier: Apache-2.0
//
// AsyncBackend connected to a scripted server.
#include "backend/service_table.hpp"
#include "servers/loopback.hpp"
#include "servers/scripted_server.hpp"
#include "waiting/eventually.hpp"

#include <larder/async_backend.hpp>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace larder::plugin {
namespace {

using namespace std::chrono_literals;
using servers::ScriptedServer;

// A command is a line: a letter for the opcode, then the key. A reply is a line, "+VALUE" or "-".
class TestProtocol : public Protocol {
 public:
  void encode(const larder_op& op, std::string& output) override {
    output += op.opcode == LARDER_OP_SET ? 'S' : 'G';
    output += view(op.key);
    if (view(op.key) == "unsayable") throw std::invalid_argument("the protocol has no word for it");
    output += '\n';
  }
  std::size_t measure(std::uint32_t /*opcode*/, std::string_view received) override {
    if (received.front() != '+' && received.front() != '-') throw ProtocolError("no such reply");
    const auto end = received.find('\n');
    return end == std::string_view::npos ? 0 : end + 1;
  }
  larder_status accept(larder_op& op, std::string_view reply) override {
    if (reply.front() == '-') return LARDER_MISS;
    const std::string_view value = reply.substr(1, reply.size() - 2);
    if (op.opcode == LARDER_OP_GET) lend(op, std::make_shared<const std::string>(value));
    return LARDER_OK;
  }
};

class ProtocolWithLogin final : public TestProtocol {
 public:
  void greet(std::string& output) override { output += "login\n"; }
  std::size_t acceptGreeting(std::string_view received) override {
    if (received.front() == '-') throw Refusal(LARDER_AUTH, "the server refuses the login");
    const auto end = received.find('\n');
    return end == std::string_view::npos ? 0 : end + 1;
  }
};

class TestBackend final : public AsyncBackend {
 public:
  TestBackend(plugin::Host host, std::unique_ptr<Protocol> protocol, const Options& options)
      : AsyncBackend(host, std::move(protocol), options, "test") {}
};

AsyncBackend::Options optionsFor(std::uint16_t port) {
  AsyncBackend::Options options;
  options.server = {"127.0.0.1", port};
  options.timeout = 10s;
  options.connectTimeout = 10s;
  return options;
}

/// An operation as a host submits it.
class HostOperation {
 public:
  explicit HostOperation(std::string key, std::uint32_t opcode = LARDER_OP_GET) : key_(std::move(key)) {
    op.struct_size = sizeof op;
    op.opcode = opcode;
    op.ttl_ms = LARDER_TTL_NONE;
    op.key = bytes(key_);
    op.error = {error_.data(), static_cast<std::uint32_t>(error_.size()), 0};
    op.user = this;
  }
  HostOperation(const HostOperation&) = delete;
  HostOperation& operator=(const HostOperation&) = delete;
  ~HostOperation() {
    if (op.result.release != nullptr) op.result.release(op.result.owner);
  }

  larder_status perform(AsyncBackend& backend) {
    larder_op* const self = &op;
    larder_status result = LARDER_INTERNAL;
    backend.submit(&self, 1, &result);
    return result;
  }

  // Returns the status that submit returned.
  larder_status start(AsyncBackend& backend) {
    op.complete = [](larder_op* completed, larder_status status) {
      static_cast<HostOperation*>(completed->user)->completed_.set_value(status);
    };
    return perform(backend);
  }
  larder_status await() { return completed_.get_future().get(); }

  std::string value() const { return {op.result.data, static_cast<std::size_t>(op.result.size)}; }
  std::string error() const { return {error_.data(), op.error.size}; }

  larder_op op{};

 private:
  std::string key_;
  std::array<char, 200> error_{};
  std::promise<larder_status> completed_;
};

class Services final : public HostServices {
 public:
  void health(std::string_view, Health health, std::string_view) override {
    const std::lock_guard lock(mutex_);
    reported_.push_back(health);
  }
  std::vector<Health> reported() const {
    const std::lock_guard lock(mutex_);
    return reported_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Health> reported_;
};

class AsyncBackendTest : public ::testing::Test {
 protected:
  std::unique_ptr<TestBackend> open(const AsyncBackend::Options& options) {
    return std::make_unique<TestBackend>(plugin::Host(services_.table()), std::make_unique<TestProtocol>(),
                                         options);
  }

  std::uint64_t in(std::chrono::milliseconds time) const {
    return static_cast<std::uint64_t>((clock_.monotonic() + time).count());
  }

  // Repeats a GET until one succeeds: the backend may still be connecting.
  static larder_status getEventually(AsyncBackend& backend, const std::string& key) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    larder_status status = LARDER_UNAVAILABLE;
    while (status != LARDER_OK && std::chrono::steady_clock::now() < end) {
      HostOperation operation(key);
      status = operation.perform(backend);
      if (status == LARDER_OK) {
        EXPECT_EQ(operation.value(), "G" + key);
      }
    }
    return status;
  }

  SystemClock clock_;
  Services application_;
  ServiceTable services_{application_, "test"};
};

// Answers each line of a request with "+" and the line.
std::string echo(std::string_view request) {
  std::string reply;
  for (auto end = request.find('\n'); end != std::string_view::npos; end = request.find('\n')) {
    reply.append("+").append(request.substr(0, end)).append("\n");
    request.remove_prefix(end + 1);
  }
  return reply;
}

/// A server that holds its replies until released.
struct HeldServer {
  HeldServer() = default;
  HeldServer(const HeldServer&) = delete;
  HeldServer& operator=(const HeldServer&) = delete;
  ~HeldServer() { letGo(); }
  void letGo() {
    if (!std::exchange(isFree, true)) free.set_value();
  }

  bool isFree = false;
  std::promise<void> free;
  ScriptedServer server{[held = free.get_future().share()](std::string_view request) {
    held.wait();
    return echo(request);
  }};
};

TEST_F(AsyncBackendTest, GivesEachOperationOfABatchItsOwnReply) {
  ScriptedServer server([](std::string_view request) { return echo(request); });
  const auto backend = open(optionsFor(server.port()));
  std::vector<std::unique_ptr<HostOperation>> operations;
  std::vector<larder_op*> ops;
  for (int i = 0; i < 100; ++i) {
    operations.push_back(std::make_unique<HostOperation>(std::to_string(i)));
    ops.push_back(&operations.back()->op);
  }
  std::vector<larder_status> results(ops.size());

  backend->submit(ops.data(), static_cast<std::uint32_t>(ops.size()), results.data());

  for (std::size_t i = 0; i < ops.size(); ++i) {
    EXPECT_EQ(results[i], LARDER_OK) << operations[i]->error();
    EXPECT_EQ(operations[i]->value(), "G" + std::to_string(i));
  }
}

TEST_F(AsyncBackendTest, DiscardsTheReplyToAnOperationThatHasEnded) {
  HeldServer held;
  const auto backend = open(optionsFor(held.server.port()));
  HostOperation late("late");
  late.op.deadline_ns = in(30ms);
  HostOperation cancelled("cancelled");
  ASSERT_EQ(late.start(*backend), LARDER_PENDING);
  ASSERT_EQ(cancelled.start(*backend), LARDER_PENDING);

  EXPECT_EQ(late.await(), LARDER_DEADLINE);
  backend->cancel(cancelled.op);
  EXPECT_EQ(cancelled.await(), LARDER_CANCELLED);
  held.letGo();

  HostOperation next("next");
  EXPECT_EQ(next.perform(*backend), LARDER_OK) << next.error();
  EXPECT_EQ(next.value(), "Gnext");
}

TEST_F(AsyncBackendTest, ReportsOnALostConnectionWhetherAWriteMayHaveHappened) {
  ScriptedServer server([](std::string_view) { return std::nullopt; });
  const auto backend = open(optionsFor(server.port()));

  EXPECT_EQ(HostOperation("k", LARDER_OP_SET).perform(*backend), LARDER_UNKNOWN_RESULT);
}

TEST_F(AsyncBackendTest, FailsAReadOnALostConnection) {
  ScriptedServer server([](std::string_view) { return std::nullopt; });
  const auto backend = open(optionsFor(server.port()));

  EXPECT_EQ(HostOperation("k").perform(*backend), LARDER_UNAVAILABLE);
}

TEST_F(AsyncBackendTest, ReconnectsAfterAnUnreadableReply) {
  std::atomic<int> requests{0};
  ScriptedServer server([&](std::string_view request) -> std::string {
    return ++requests == 1 ? "HTTP/1.1 400 Bad Request\r\n" : echo(request);
  });
  const auto backend = open(optionsFor(server.port()));

  HostOperation garbled("k");
  EXPECT_EQ(garbled.perform(*backend), LARDER_UNAVAILABLE);
  EXPECT_NE(garbled.error().find("no such reply"), std::string::npos) << garbled.error();
  EXPECT_EQ(getEventually(*backend, "k"), LARDER_OK);
}

TEST_F(AsyncBackendTest, DropsAServerThatSendsAnUnsolicitedReply) {
  ScriptedServer server([](std::string_view request) { return echo(request) + "+more\n"; });
  const auto backend = open(optionsFor(server.port()));

  EXPECT_EQ(HostOperation("k").perform(*backend), LARDER_OK);
  EXPECT_EQ(getEventually(*backend, "k"), LARDER_OK);

  larder_stats stats{};
  backend->stats(stats);
  EXPECT_GE(stats.reconnects, 1U);
}

TEST_F(AsyncBackendTest, DropsAServerWhoseReplyIsTooLong) {
  ScriptedServer server([](std::string_view) { return "+" + std::string(1'000, 'x'); });
  auto options = optionsFor(server.port());
  options.longestReply = 500;
  const auto backend = open(options);

  HostOperation operation("k");
  EXPECT_EQ(operation.perform(*backend), LARDER_UNAVAILABLE);
  EXPECT_NE(operation.error().find("too long"), std::string::npos) << operation.error();
}

TEST_F(AsyncBackendTest, DropsAServerThatIsSilentUntilTheTimeout) {
  HeldServer held;
  auto options = optionsFor(held.server.port());
  options.timeout = 50ms;
  const auto backend = open(options);

  HostOperation operation("k");
  EXPECT_EQ(operation.perform(*backend), LARDER_UNAVAILABLE);
  EXPECT_NE(operation.error().find("no answer for 50 ms"), std::string::npos) << operation.error();
  held.letGo();
}

TEST_F(AsyncBackendTest, IsOverloadedBeyondItsLimit) {
  HeldServer held;
  auto options = optionsFor(held.server.port());
  options.pendingOperations = 2;
  const auto backend = open(options);
  HostOperation first("1");
  HostOperation second("2");
  HostOperation third("3");
  ASSERT_EQ(first.start(*backend), LARDER_PENDING);
  ASSERT_EQ(second.start(*backend), LARDER_PENDING);

  EXPECT_EQ(third.start(*backend), LARDER_OVERLOADED);

  held.letGo();
  EXPECT_EQ(first.await(), LARDER_OK);
  EXPECT_EQ(second.await(), LARDER_OK);
}

TEST_F(AsyncBackendTest, FailsOnlyTheOperationThatCannotBeEncoded) {
  ScriptedServer server([](std::string_view request) { return echo(request); });
  const auto backend = open(optionsFor(server.port()));
  HostOperation before("before");
  HostOperation unsayable("unsayable");
  HostOperation after("after");
  std::array<larder_op*, 3> ops{&before.op, &unsayable.op, &after.op};
  std::array<larder_status, 3> results{};

  backend->submit(ops.data(), 3, results.data());

  EXPECT_EQ(results, (std::array<larder_status, 3>{LARDER_OK, LARDER_INTERNAL, LARDER_OK}));
  EXPECT_EQ(unsayable.error(), "the protocol has no word for it");
  EXPECT_EQ(after.value(), "Gafter");
}

TEST_F(AsyncBackendTest, CompletesPendingOperationsAtTheEndOfADrain) {
  HeldServer held;
  const auto backend = open(optionsFor(held.server.port()));
  HostOperation operation("k");
  ASSERT_EQ(operation.start(*backend), LARDER_PENDING);

  EXPECT_EQ(backend->drain(in(20ms)), LARDER_DEADLINE);

  EXPECT_EQ(operation.await(), LARDER_CLOSED);
  EXPECT_EQ(HostOperation("k").perform(*backend), LARDER_CLOSED);
  held.letGo();
}

TEST_F(AsyncBackendTest, CompletesPendingOperationsWhenItIsDestroyed) {
  HeldServer held;
  auto backend = open(optionsFor(held.server.port()));
  HostOperation operation("k");
  ASSERT_EQ(operation.start(*backend), LARDER_PENDING);

  backend.reset();

  EXPECT_EQ(operation.await(), LARDER_CLOSED);
  held.letGo();
}

TEST_F(AsyncBackendTest, FailsWithTheReasonWhileTheServerIsAway) {
  const auto backend = open(optionsFor(servers::freeLoopbackPort()));

  HostOperation operation("k");
  EXPECT_EQ(operation.perform(*backend), LARDER_UNAVAILABLE);
  EXPECT_NE(operation.error().find("refused"), std::string::npos) << operation.error();
  // The thread reports it after it has failed the operations that waited.
  EXPECT_TRUE(tests::eventually([this] { return application_.reported() == std::vector{Health::down}; }));
}

TEST_F(AsyncBackendTest, ReportsThatItIsConnected) {
  ScriptedServer server([](std::string_view request) { return echo(request); });
  const auto backend = open(optionsFor(server.port()));

  EXPECT_EQ(HostOperation("k").perform(*backend), LARDER_OK);

  EXPECT_EQ(application_.reported(), std::vector{Health::up});
}

TEST_F(AsyncBackendTest, SendsOperationsAfterTheGreeting) {
  std::atomic<bool> greeted{false};
  ScriptedServer server([&](std::string_view request) -> std::string {
    if (greeted) return echo(request);
    greeted = request == "login\n";
    return "+welcome\n";
  });
  TestBackend backend(plugin::Host(services_.table()), std::make_unique<ProtocolWithLogin>(),
                      optionsFor(server.port()));

  HostOperation operation("k");
  EXPECT_EQ(operation.perform(backend), LARDER_OK) << operation.error();
  EXPECT_EQ(operation.value(), "Gk");
}

TEST_F(AsyncBackendTest, FailsWithTheStatusOfARefusedGreeting) {
  ScriptedServer server([](std::string_view) { return "-no\n"; });
  TestBackend backend(plugin::Host(services_.table()), std::make_unique<ProtocolWithLogin>(),
                      optionsFor(server.port()));

  HostOperation operation("k");
  EXPECT_EQ(operation.perform(backend), LARDER_AUTH);
  EXPECT_NE(operation.error().find("the server refuses the login"), std::string::npos) << operation.error();
}

TEST_F(AsyncBackendTest, RefusesOperationsItsCapabilitiesDoNotCover) {
  const auto backend = open(optionsFor(servers::freeLoopbackPort()));

  EXPECT_EQ(HostOperation("k", LARDER_OP_TOUCH).perform(*backend), LARDER_UNSUPPORTED);
  EXPECT_EQ(HostOperation("k", LARDER_OP_INCREMENT).perform(*backend), LARDER_UNSUPPORTED);
}

}  // namespace
}  // namespace larder::plugin
