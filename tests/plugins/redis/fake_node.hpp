// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_TESTS_REDIS_FAKE_NODE_HPP
#define LARDER_TESTS_REDIS_FAKE_NODE_HPP

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace larder::redis_test {

/// A node on 127.0.0.1 that claims all slots and answers commands on keys as the test's script says. Without
/// a script, it answers as an empty server.
class FakeNode {
 public:
  using Words = std::vector<std::string>;
  /// Returns the reply to a command on a key, as sent over the wire. Called by one thread at a time; may call
  /// answer().
  using Script = std::function<std::string(const Words& command)>;

  explicit FakeNode(Script script = {});
  ~FakeNode();
  FakeNode(const FakeNode&) = delete;
  FakeNode& operator=(const FakeNode&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "redis-cluster://127.0.0.1:" + std::to_string(port_); }
  void answer(Script script);
  /// Sets the answer to CLUSTER SLOTS.
  void tellTopology(std::string slots);
  /// Returns how many commands on keys have arrived.
  std::uint64_t commands() const { return commands_; }

 private:
  void run();
  void serve(int connection);
  std::string answerTo(const Words& command);

  std::recursive_mutex mutex_;  // a script may call answer()
  Script script_;
  std::string slots_;
  std::atomic<std::uint64_t> commands_{0};
  std::atomic<bool> stopping_{false};
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::list<std::jthread> threads_;
  std::jthread acceptor_;
};

}  // namespace larder::redis_test

#endif
