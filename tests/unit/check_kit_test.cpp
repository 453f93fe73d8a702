// SPDX-License-Identifier: Apache-2.0
//
// Parts of the conformance kit that its plugin tests rely on.
#include <gtest/gtest.h>
#include <conformance/fault_proxy.hpp>
#include <conformance/server_address.hpp>
#include <conformance/shrink.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace larder::conformance {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

std::string replaced(std::string_view value) {
  return replaceServers(
      value, [](const ServerAddress& server) { return "<" + server.host + "|" + server.port + ">"; });
}

TEST(ServerAddresses, AreFoundAloneAndInLists) {
  EXPECT_EQ(replaced("cache.example:6379"), "<cache.example|6379>");
  EXPECT_EQ(replaced("a:1,b:2"), "<a|1>,<b|2>");
  EXPECT_EQ(replaced("[::1]:11211"), "<::1|11211>");
}

TEST(ServerAddresses, AreFoundWithinUrls) {
  EXPECT_EQ(replaced("redis://localhost:6379/0"), "redis://<localhost|6379>/0");
  EXPECT_EQ(replaced("redis://user:pa:ss@h:1/0?x=y:2"), "redis://user:pa:ss@<h|1>/0?x=y:2");
  EXPECT_EQ(replaced("redis://:secret@h:1"), "redis://:secret@<h|1>");
  EXPECT_EQ(replaced("x://h1:1,h2:2/path"), "x://<h1|1>,<h2|2>/path");
}

TEST(ServerAddresses, AreNotFoundInOtherText) {
  for (const auto* value : {"", "larder:", ":6379", "host", "host:", "host:port", "host:0", "host:65536",
                            "/run/redis.sock", "redis://host/0", "user:1@", "a b:1", "unix:///run/x:1"})
    EXPECT_EQ(replaced(value), value);
}

TEST(Shrinking, LeavesOnlyTheStepsThatMatter) {
  std::vector<int> steps;
  for (int i = 0; i < 1000; ++i) steps.push_back(i);
  const auto fails = [](const std::vector<int>& part) {
    return std::ranges::find(part, 17) != part.end() && std::ranges::find(part, 900) != part.end();
  };

  EXPECT_EQ(shrink(steps, 1000, fails), (std::vector<int>{17, 900}));
}

TEST(Shrinking, StaysWithinItsBudget) {
  std::size_t asked = 0;
  const auto fails = [&asked](const std::vector<int>&) {
    ++asked;
    return false;
  };

  EXPECT_EQ(shrink(std::vector<int>(100), 10, fails).size(), 100u);
  EXPECT_EQ(asked, 10u);
}

// A server that answers every byte with two.
class DoublingServer {
 public:
  DoublingServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    ::listen(listener_, 8);
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
  }
  DoublingServer(const DoublingServer&) = delete;
  DoublingServer& operator=(const DoublingServer&) = delete;
  ~DoublingServer() {
    thread_.request_stop();
    thread_.join();
    ::close(listener_);
  }
  std::string port() const { return std::to_string(port_); }

 private:
  void serve(const std::stop_token& stop) const {
    std::vector<pollfd> watched = {{listener_, POLLIN, 0}};
    while (!stop.stop_requested()) {
      ::poll(watched.data(), watched.size(), 10);
      if (watched[0].revents != 0) watched.push_back({::accept(listener_, nullptr, nullptr), POLLIN, 0});
      for (std::size_t i = 1; i < watched.size(); ++i) {
        std::array<char, 100> bytes;
        const auto got = watched[i].revents == 0 ? 0 : ::recv(watched[i].fd, bytes.data(), bytes.size(), 0);
        const std::string once(bytes.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got > 0) ::send(watched[i].fd, (once + once).data(), 2 * once.size(), MSG_NOSIGNAL);
        if (got <= 0 && watched[i].revents != 0) {
          ::close(watched[i].fd);
          watched[i].fd = -1;
          watched[i].revents = 0;
        }
      }
    }
    for (std::size_t i = 1; i < watched.size(); ++i)
      if (watched[i].fd >= 0) ::close(watched[i].fd);
  }

  int listener_;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  bool connected() const { return connected_; }
  void send(std::string_view bytes) const { ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  /// Returns the bytes received until there are `size`, the connection ends or `timeout` expires.
  std::string receive(std::size_t size, std::chrono::milliseconds timeout = 5s) {
    const auto limit = steady_clock::now() + timeout;
    std::string received;
    ended_ = false;
    while (received.size() < size && steady_clock::now() < limit && !ended_) {
      pollfd watched{socket_, POLLIN, 0};
      if (::poll(&watched, 1, 5) <= 0) continue;
      std::array<char, 1000> bytes;
      const auto got = ::recv(socket_, bytes.data(), bytes.size(), 0);
      if (got > 0) received.append(bytes.data(), static_cast<std::size_t>(got));
      ended_ = got <= 0;
    }
    return received;
  }
  /// Returns whether the last receive() saw the end of the connection.
  bool ended() const { return ended_; }

 private:
  int socket_;
  bool connected_ = false;
  bool ended_ = false;
};

class AFaultProxy : public ::testing::Test {
 protected:
  std::string ask(Client& client, std::string_view question) {
    client.send(question);
    return client.receive(2 * question.size());
  }

  DoublingServer server_;
  FaultProxy proxy_{"localhost", server_.port()};
};

TEST_F(AFaultProxy, ForwardsBothWays) {
  Client client(proxy_.port());

  EXPECT_EQ(ask(client, "abc"), "abcabc");
}

TEST_F(AFaultProxy, RefusesUntilItForwardsAgain) {
  Client before(proxy_.port());
  ASSERT_EQ(ask(before, "a"), "aa");

  proxy_.refuse();

  EXPECT_EQ(before.receive(1), "");
  EXPECT_TRUE(before.ended());
  EXPECT_FALSE(Client(proxy_.port()).connected());
  proxy_.forward();
  Client after(proxy_.port());
  EXPECT_EQ(ask(after, "b"), "bb");
}

TEST_F(AFaultProxy, ResetsConnectionsAndAcceptsNewOnes) {
  Client before(proxy_.port());
  ASSERT_EQ(ask(before, "a"), "aa");

  proxy_.reset();

  EXPECT_EQ(before.receive(1), "");
  EXPECT_TRUE(before.ended());
  Client after(proxy_.port());
  EXPECT_EQ(ask(after, "b"), "bb");
}

TEST_F(AFaultProxy, HoldsBytesWhilePausedAndLosesNone) {
  Client client(proxy_.port());
  ASSERT_EQ(ask(client, "a"), "aa");
  proxy_.pause();
  Client late(proxy_.port());
  client.send("b");
  late.send("c");

  EXPECT_EQ(client.receive(1, 50ms), "");
  EXPECT_TRUE(late.connected());
  proxy_.forward();

  EXPECT_EQ(client.receive(2), "bb");
  EXPECT_EQ(late.receive(2), "cc");
}

TEST_F(AFaultProxy, CutsAReplyAfterThatManyBytes) {
  Client client(proxy_.port());
  ASSERT_EQ(ask(client, "a"), "aa");
  proxy_.cutRepliesAfter(3);
  client.send("bc");

  EXPECT_EQ(client.receive(100), "bcb");
  EXPECT_TRUE(client.ended());
}

TEST_F(AFaultProxy, AnswersGarbage) {
  Client client(proxy_.port());
  proxy_.replaceReplies("garbage");
  client.send("a");

  EXPECT_EQ(client.receive(7), "garbage");
}

TEST_F(AFaultProxy, PassesRepliesByteByByte) {
  Client client(proxy_.port());
  proxy_.passRepliesByteByByte();
  const auto begin = steady_clock::now();

  EXPECT_EQ(ask(client, std::string(25, 'a')), std::string(50, 'a'));

  EXPECT_GE(steady_clock::now() - begin, 45ms);
}

TEST_F(AFaultProxy, DelaysReplies) {
  Client client(proxy_.port());
  proxy_.delayReplies(50ms);
  const auto begin = steady_clock::now();

  EXPECT_EQ(ask(client, "ab"), "abab");

  EXPECT_GE(steady_clock::now() - begin, 50ms);
}

}  // namespace
}  // namespace larder::conformance
