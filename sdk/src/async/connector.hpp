// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_ASYNC_CONNECTOR_HPP
#define LARDER_ASYNC_CONNECTOR_HPP

#include <larder/async/address.hpp>
#include <larder/async/file_descriptor.hpp>
#include <larder/async/resolver.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace larder::plugin {

/// Makes a connection to a server without blocking: looks its name up and tries one address after the other.
/// Times are nanoseconds on the caller's clock. Driven by one thread, which polls fd() for events().
class Connector {
 public:
  enum class State { working, connected, failed };

  explicit Connector(HostPort server) : server_(std::move(server)) {}

  /// Begins an attempt, which fails at `endsNs`.
  State begin(std::uint64_t now, std::uint64_t endsNs);

  /// Takes the next step if `events`, which poll reported for fd(), or the time allow one.
  State advance(std::uint64_t now, short events);

  int fd() const { return socket_.isOpen() ? socket_.get() : resolver_.fd(); }
  short events() const;

  /// Returns the time by which advance must be called.
  std::uint64_t wakeNs() const { return stepEndsNs_; }

  /// Returns the socket. REQUIRES: connected.
  FileDescriptor take() { return std::move(socket_); }

  /// Returns why the attempt failed. REQUIRES: failed.
  const std::string& failure() const { return failure_; }

 private:
  State tryNextAddress(std::uint64_t now);

  const HostPort server_;
  Resolver resolver_;
  std::vector<Address> addresses_;  // not yet tried, in reverse order
  FileDescriptor socket_;           // open while connecting
  std::uint64_t stepEndsNs_ = 0;
  std::uint64_t attemptEndsNs_ = 0;
  std::string failure_;
};

}  // namespace larder::plugin

#endif
