// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_SERVERS_SCRIPTED_SERVER_HPP
#define LARDER_SERVERS_SCRIPTED_SERVER_HPP

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace larder::servers {

/// A server on 127.0.0.1 whose replies the test scripts. It serves one connection at a time.
class ScriptedServer {
 public:
  /// Returns the reply to the bytes that have just arrived; nullopt closes the connection instead.
  using Script = std::function<std::optional<std::string>(std::string_view request)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void run();
  void serve(int connection);

  const Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace larder::servers

#endif
