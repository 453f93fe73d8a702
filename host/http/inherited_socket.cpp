// SPDX-License-Identifier: Apache-2.0
#include "http/inherited_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace larder::http {
namespace {

constexpr int kFirst = 3;  // SD_LISTEN_FDS_START

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

int numberIn(const char* name) {
  const auto text = variable(name);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

// The variables may be meant for a parent process that left them set.
int countForThisProcess() { return numberIn("LISTEN_PID") == ::getpid() ? numberIn("LISTEN_FDS") : 0; }

std::optional<int> indexOf(std::string_view name, int count) {
  if (name.empty()) return count > 0 ? std::optional(0) : std::nullopt;
  auto names = variable("LISTEN_FDNAMES");
  for (int i = 0; i < count; ++i) {
    const auto end = names.find(':');
    if (names.substr(0, end) == name) return i;
    if (end == std::string_view::npos) break;
    names.remove_prefix(end + 1);
  }
  return std::nullopt;
}

int optionOf(int descriptor, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return ::getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

}  // namespace

Descriptor inheritedSocket(const std::string& name) {
  const auto index = indexOf(name, countForThisProcess());
  if (!index)
    throw std::runtime_error(
        name.empty()
            ? "systemd passed no socket; start this from a .socket unit, or give an address"
            : "systemd passed no socket called \"" + name + "\"; check FileDescriptorName of the unit");
  const int given = kFirst + *index;
  if (optionOf(given, SO_ACCEPTCONN) != 1 || optionOf(given, SO_TYPE) != SOCK_STREAM)
    throw std::runtime_error(
        "systemd's socket is not a listening stream socket; use ListenStream, Accept=no");
  ::fcntl(given, F_SETFD, FD_CLOEXEC);
  return {::fcntl(given, F_DUPFD_CLOEXEC, 0), "systemd's socket"};
}

}  // namespace larder::http
