// SPDX-License-Identifier: Apache-2.0
//
// usage: line_server PORT
//        line_server COMMAND [ARGUMENT...]
//
// The server for line_plugin.cpp. It keeps entries in memory and listens on 127.0.0.1. With a command, it
// serves on a free port while the command runs, replaces {port} in the arguments by that port, and exits with
// the command's status.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestLine = 100;
constexpr std::size_t kLongestCommand = std::size_t{4} << 20;
constexpr std::size_t kMostUnsent = std::size_t{64} << 20;

struct Entry {
  std::string value;
  Clock::time_point expires;
};

class Client {
 public:
  explicit Client(int socket) : socket_(socket) {}
  int socket() const { return socket_; }
  bool sends() const { return !output_.empty(); }

  // Returns false once the client has disconnected or sent an invalid command.
  bool advance(std::unordered_map<std::string, Entry>& entries) {
    char buffer[65536];
    const ssize_t size = ::recv(socket_, buffer, sizeof buffer, MSG_DONTWAIT);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return false;
    if (size > 0) input_.append(buffer, static_cast<std::size_t>(size));
    std::size_t used = 0;
    while (const std::size_t command = answer(entries, used)) used += command;
    input_.erase(0, used);
    if (input_.size() > kLongestCommand || output_.size() > kMostUnsent) return false;
    const ssize_t sent = ::send(socket_, output_.data(), output_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) output_.erase(0, static_cast<std::size_t>(sent));
    return valid_ && (sent >= 0 || errno == EAGAIN);
  }

 private:
  // Performs the command at `at` and returns its size; 0 if it is not complete.
  std::size_t answer(std::unordered_map<std::string, Entry>& entries, std::size_t at) {
    const auto end = input_.find('\n', at);
    if (end == std::string::npos || !valid_) return 0;
    std::istringstream line(input_.substr(at, std::min(end - at, kLongestLine)));
    std::string word;
    std::size_t space = 0, key = 0, value = 0;
    std::int64_t ttl = 0;
    valid_ = static_cast<bool>(line >> word >> space >> key >> value >> ttl);
    valid_ = valid_ && space + key + value <= kLongestCommand;
    if (!valid_ || input_.size() - end - 1 < space + key + value) return 0;
    // The size of the namespace keeps "a" + "bc" apart from "ab" + "c".
    const std::string name = std::to_string(space) + ":" + input_.substr(end + 1, space + key);
    perform(entries, word, name, input_.substr(end + 1 + space + key, value), ttl);
    return end + 1 + space + key + value - at;
  }

  void perform(std::unordered_map<std::string, Entry>& entries, const std::string& word,
               const std::string& name, std::string&& value, std::int64_t ttl) {
    if (word == "PING") return reply({});
    if (word == "SET") {
      const auto expires = ttl < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(ttl);
      entries[name] = {std::move(value), expires};
      return reply({});
    }
    auto found = entries.find(name);
    if (found != entries.end() && found->second.expires <= Clock::now())
      found = entries.erase(found), found = entries.end();
    if (found == entries.end()) return void(output_ += "MISS\n");
    reply(word == "GET" ? found->second.value : std::string());
    if (word == "DELETE") entries.erase(found);
  }

  void reply(const std::string& value) {
    output_.append("OK ").append(std::to_string(value.size())).append("\n").append(value);
  }

  int socket_;
  bool valid_ = true;
  std::string input_;
  std::string output_;
};

int listenOn(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener, SOMAXCONN) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port));
  return listener;
}

std::string portOf(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  return std::to_string(ntohs(address.sin_port));
}

[[noreturn]] void serve(int listener) {
  std::unordered_map<std::string, Entry> entries;
  std::vector<Client> clients;
  for (;;) {
    std::vector<pollfd> watched{{listener, POLLIN, 0}};
    for (const Client& client : clients)
      watched.push_back({client.socket(), static_cast<short>(client.sends() ? POLLIN | POLLOUT : POLLIN), 0});
    ::poll(watched.data(), watched.size(), -1);
    for (std::size_t i = clients.size(); i-- > 0;) {
      if (watched[i + 1].revents == 0 || clients[i].advance(entries)) continue;
      ::close(clients[i].socket());
      clients.erase(clients.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (watched[0].revents == 0) continue;
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (socket >= 0) clients.emplace_back(socket);
  }
}

// Returns the exit status of the command.
int run(std::vector<std::string> command, const std::string& port) {
  std::vector<char*> arguments;
  for (std::string& argument : command) {
    if (const auto at = argument.find("{port}"); at != std::string::npos) argument.replace(at, 6, port);
    arguments.push_back(argument.data());
  }
  arguments.push_back(nullptr);
  pid_t process = 0;
  if (::posix_spawnp(&process, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
    throw std::runtime_error("cannot run " + command[0]);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) throw std::runtime_error("usage: line_server PORT | COMMAND [ARGUMENT...]");
  const std::string first = argv[1];
  if (first.find_first_not_of("0123456789") == std::string::npos)
    serve(listenOn(static_cast<std::uint16_t>(std::stoi(first))));
  const int listener = listenOn(0);
  std::thread([listener] { serve(listener); }).detach();
  std::_Exit(run({argv + 1, argv + argc}, portOf(listener)));
} catch (const std::exception& error) {
  std::cerr << "line_server: " << error.what() << "\n";
  return 2;
}
