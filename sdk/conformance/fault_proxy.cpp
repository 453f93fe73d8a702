// SPDX-License-Identifier: Apache-2.0
#include "fault_proxy.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace larder::conformance {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kMostHeld = std::size_t{1} << 20;  // bytes buffered per direction; beyond this the
                                                         // sender waits

int checked(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

// Returns a socket bound to 127.0.0.1. Several may be bound to a port as long as only one listens.
int boundSocket(std::uint16_t port) {
  const int socket = checked(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket");
  const int on = 1;
  checked(::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  checked(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  return socket;
}

std::uint16_t portOf(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  checked(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

void setUp(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

// Returns false if the peer has closed the connection; a read without data does not count as that.
bool readInto(std::string& buffer, int socket) {
  std::array<char, 65536> bytes;
  const auto got = ::recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got > 0) buffer.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

// Writes as many of the first `size` bytes as the peer accepts, and returns their number.
std::size_t writeFrom(std::string& buffer, std::size_t size, int socket) {
  if (size == 0) return 0;
  const auto written = ::send(socket, buffer.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (written <= 0) return 0;  // the next read detects a closed connection
  buffer.erase(0, static_cast<std::size_t>(written));
  return static_cast<std::size_t>(written);
}

}  // namespace

FaultProxy::FaultProxy(const std::string& host, const std::string& port) : server_(addressesOf(host, port)) {
  reserved_ = boundSocket(0);
  port_ = portOf(reserved_);
  wake_ = checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd");
  listen();
  thread_ = std::thread([this] { run(); });
}

std::vector<FaultProxy::Address> FaultProxy::addressesOf(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0)
    throw std::runtime_error(host + ":" + port + ": " + ::gai_strerror(error));
  std::vector<Address> addresses;
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    auto& address = addresses.emplace_back();
    address.size = each->ai_addrlen;
    std::memcpy(&address.bytes, each->ai_addr, each->ai_addrlen);
  }
  ::freeaddrinfo(found);
  return addresses;
}

void FaultProxy::forwardTo(const std::string& host, const std::string& port) {
  auto addresses = addressesOf(host, port);
  {
    const std::lock_guard lock(mutex_);
    wantedServer_ = std::move(addresses);
  }
  forward();
}

FaultProxy::~FaultProxy() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  ::eventfd_write(wake_, 1);
  thread_.join();
  for (auto& connection : connections_) close(connection, true);
  for (const int file : {listener_, reserved_, wake_})
    if (file >= 0) ::close(file);
}

void FaultProxy::apply(Mode mode) {
  std::unique_lock lock(mutex_);
  wanted_ = std::move(mode);
  pending_ = true;
  ::eventfd_write(wake_, 1);
  applied_.wait(lock, [this] { return !pending_; });
}

void FaultProxy::run() {
  ::pthread_setname_np(::pthread_self(), "fault-proxy");
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  while (true) {
    if (!takeMode()) return;

    const bool paused = mode_.kind == Kind::pause;
    std::vector<pollfd> watched = {{wake_, POLLIN, 0}, {paused ? -1 : listener_, POLLIN, 0}};
    for (const auto& connection : connections_) {
      const auto reads = [](bool room, bool writes) {
        return static_cast<short>((room ? POLLIN : 0) | (writes ? POLLOUT : 0));
      };
      watched.push_back({paused ? -1 : connection.client,
                         reads(connection.request.size() < kMostHeld, wantsToPass(connection)), 0});
      watched.push_back({paused || connection.ending ? -1 : connection.server,
                         reads(connection.reply.size() < kMostHeld, !connection.request.empty()), 0});
    }
    ::poll(watched.data(), watched.size(), paused ? -1 : waitTime());
    if (watched[0].revents != 0) {
      eventfd_t count = 0;
      ::eventfd_read(wake_, &count);
      continue;  // apply a requested mode before acting on the old one
    }
    std::size_t at = 2;
    for (auto& connection : connections_) {
      work(connection, watched[at].revents, watched[at + 1].revents);
      at += 2;
    }
    std::erase_if(connections_, [](const auto& connection) { return connection.client < 0; });
    if ((watched[1].revents & POLLIN) != 0) accept();
  }
}

bool FaultProxy::takeMode() {
  const std::lock_guard lock(mutex_);
  if (stop_) return false;
  if (!pending_) return true;
  mode_ = std::move(wanted_);
  if (!wantedServer_.empty()) server_ = std::exchange(wantedServer_, {});
  pending_ = false;
  for (auto& connection : connections_) connection.passed = 0;
  if (mode_.kind == Kind::refuse || mode_.kind == Kind::reset) {
    for (auto& connection : connections_) close(connection, true);
    connections_.clear();
    // Closing the listener also drops connections that have not been accepted yet.
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
  }
  if (mode_.kind != Kind::refuse && listener_ < 0) listen();
  applied_.notify_all();
  return true;
}

void FaultProxy::listen() {
  listener_ = boundSocket(port_);
  checked(::listen(listener_, 128), "listen");
}

void FaultProxy::accept() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  Connection connection{.client = client, .server = connectToServer()};
  if (connection.server < 0) return close(connection, true);
  setUp(connection.client);
  setUp(connection.server);
  connections_.push_back(std::move(connection));
}

int FaultProxy::connectToServer() const {
  for (const auto& [address, size] : server_) {
    const int socket = ::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) continue;  // this machine lacks the address family
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0) return socket;
    ::close(socket);
  }
  return -1;
}

void FaultProxy::work(Connection& connection, short client_events, short server_events) {
  constexpr short readable = POLLIN | POLLHUP | POLLERR;
  if ((client_events & readable) != 0 && !readInto(connection.request, connection.client))
    return close(connection, false);
  writeFrom(connection.request, connection.request.size(), connection.server);
  if ((server_events & readable) != 0) readReply(connection);
  passReply(connection);
}

void FaultProxy::readReply(Connection& connection) {
  std::string reply;
  if (!readInto(reply, connection.server)) connection.ending = true;
  if (reply.empty()) return;
  if (connection.reply.empty()) connection.due = steady_clock::now() + mode_.delay;
  connection.reply += mode_.kind == Kind::garbage ? mode_.garbage : reply;
}

void FaultProxy::passReply(Connection& connection) {
  const auto now = steady_clock::now();
  const auto written = writeFrom(connection.reply, passable(connection, now), connection.client);
  connection.passed += written;
  if (written > 0 && mode_.kind == Kind::slow) connection.due = now + milliseconds(1);
  const bool cut = mode_.kind == Kind::cut && connection.passed >= mode_.bytes && !connection.reply.empty();
  if (cut || (connection.ending && connection.reply.empty())) close(connection, false);
}

// Returns how many bytes of the reply may be written now.
std::size_t FaultProxy::passable(const Connection& connection, Time now) const {
  const auto size = connection.reply.size();
  switch (mode_.kind) {
    case Kind::cut: return std::min(size, mode_.bytes - std::min(mode_.bytes, connection.passed));
    case Kind::slow: return now >= connection.due ? std::min<std::size_t>(size, 1) : 0;
    case Kind::delay: return now >= connection.due ? size : 0;
    default: return size;
  }
}

bool FaultProxy::wantsToPass(const Connection& connection) const {
  return passable(connection, steady_clock::now()) > 0;
}

int FaultProxy::waitTime() const {
  const bool timed = mode_.kind == Kind::slow || mode_.kind == Kind::delay;
  const bool holding = std::ranges::any_of(connections_, [](const auto& one) { return !one.reply.empty(); });
  return timed && holding ? 1 : -1;
}

void FaultProxy::close(Connection& connection, bool reset) {
  const linger at_once{1, 0};
  if (reset) ::setsockopt(connection.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  for (int* const socket : {&connection.client, &connection.server})
    if (*socket >= 0) ::close(std::exchange(*socket, -1));
}

}  // namespace larder::conformance
