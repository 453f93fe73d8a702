// SPDX-License-Identifier: Apache-2.0
#include "fake_node.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace larder::redis_test {
namespace {

constexpr int pollMs = 20;

bool becomesReadable(int fd) {
  pollfd watched{fd, POLLIN, 0};
  return ::poll(&watched, 1, pollMs) > 0;
}

// Removes a command, an array of strings, from the front of `bytes`. Returns no words if it is incomplete.
FakeNode::Words takeCommand(std::string& bytes) {
  FakeNode::Words words;
  std::size_t at = 0;
  const auto number = [&](char kind) -> long {
    const auto end = bytes.find("\r\n", at);
    if (end == std::string::npos || bytes[at] != kind) return -1;
    const long value = std::stol(bytes.substr(at + 1, end - at - 1));
    at = end + 2;
    return value;
  };
  const long count = number('*');
  for (long i = 0; i < count; ++i) {
    const long size = number('$');
    if (size < 0 || bytes.size() < at + static_cast<std::size_t>(size) + 2) return {};
    words.push_back(bytes.substr(at, static_cast<std::size_t>(size)));
    at += static_cast<std::size_t>(size) + 2;
  }
  if (count > 0) bytes.erase(0, at);
  return words;
}

std::string bulk(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

}  // namespace

FakeNode::FakeNode(Script script) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&name), size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size) != 0)
    throw std::runtime_error("fake node: cannot listen");
  port_ = ntohs(name.sin_port);
  const std::string port = std::to_string(port_);
  slots_ = "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n" + bulk("127.0.0.1") + ":" + port + "\r\n" + bulk("id");
  acceptor_ = std::jthread([this] { run(); });
}

FakeNode::~FakeNode() {
  stopping_ = true;
  acceptor_.join();
  threads_.clear();
  ::close(listener_);
}

void FakeNode::answer(Script script) {
  const std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

void FakeNode::tellTopology(std::string slots) {
  const std::lock_guard lock(mutex_);
  slots_ = std::move(slots);
}

void FakeNode::run() {
  while (!stopping_)
    if (becomesReadable(listener_)) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection >= 0) threads_.emplace_back([this, connection] { serve(connection); });
    }
}

void FakeNode::serve(int connection) {
  std::string arrived;
  std::array<char, 16384> block;
  while (!stopping_) {
    if (!becomesReadable(connection)) continue;
    const auto size = ::recv(connection, block.data(), block.size(), 0);
    if (size <= 0) break;
    arrived.append(block.data(), static_cast<std::size_t>(size));
    std::string answers;
    for (Words words = takeCommand(arrived); !words.empty(); words = takeCommand(arrived))
      answers += answerTo(words);
    if (::send(connection, answers.data(), answers.size(), MSG_NOSIGNAL) < 0) break;
  }
  ::close(connection);
}

std::string FakeNode::answerTo(const Words& command) {
  const std::lock_guard lock(mutex_);
  const std::string& name = command.front();
  if (name == "CLUSTER" && command.at(1) == "SLOTS") return slots_;
  if (name == "CLUSTER") return bulk("cluster_state:ok\r\ncluster_current_epoch:1\r\n");
  if (name == "INFO") return bulk("run_id:0123456789abcdef\r\n");
  if (name == "CLIENT" || name == "PING" || name == "ASKING") return "+OK\r\n";
  ++commands_;
  if (const Script script = script_) return script(command);
  // Reports a generation that began on this server, and no entries.
  const bool ofGeneration = name == "EVAL" || command.at(1).ends_with(":generation");
  return ofGeneration ? bulk("aaaaaaaaaa012345") : "$-1\r\n";
}

}  // namespace larder::redis_test
