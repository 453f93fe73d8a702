// SPDX-License-Identifier: Apache-2.0
#include "async/connector.hpp"

#include <poll.h>

#include <algorithm>
#include <utility>

namespace larder::plugin {

short Connector::events() const { return socket_.isOpen() ? POLLOUT : POLLIN; }

Connector::State Connector::begin(std::uint64_t now, std::uint64_t endsNs) {
  attemptEndsNs_ = endsNs;
  stepEndsNs_ = endsNs;
  socket_ = FileDescriptor();
  failure_ = "no answer within the connect_timeout";
  if (!server_.host.empty() && server_.host.front() == '/')
    addresses_ = {Address::ofUnixSocket(server_.host)};
  else
    addresses_ = Resolver::numeric(server_).addresses;
  if (!addresses_.empty()) return tryNextAddress(now);
  // A look-up that outlived its attempt serves this one.
  if (!resolver_.isRunning()) resolver_.start([server = server_] { return Resolver::lookUp(server); });
  return State::working;
}

Connector::State Connector::advance(std::uint64_t now, short events) {
  if (events != 0 && socket_.isOpen()) {
    std::string failure = connectionFailure(socket_.get());
    if (failure.empty()) return State::connected;
    failure_ = std::move(failure);
    return tryNextAddress(now);
  }
  if (events != 0 && resolver_.isDone()) {
    Resolution resolution = resolver_.take();
    if (!resolution.failure.empty()) failure_ = std::move(resolution.failure);
    addresses_ = std::move(resolution.addresses);
    std::reverse(addresses_.begin(), addresses_.end());
    return tryNextAddress(now);
  }
  return now < stepEndsNs_ ? State::working : tryNextAddress(now);
}

// The remaining time is split evenly among the addresses, because the first one may be dead.
Connector::State Connector::tryNextAddress(std::uint64_t now) {
  socket_ = FileDescriptor();
  while (!addresses_.empty() && now < attemptEndsNs_) {
    stepEndsNs_ = now + (attemptEndsNs_ - now) / addresses_.size();
    socket_ = startConnecting(addresses_.back(), failure_);
    addresses_.pop_back();
    if (socket_.isOpen()) return State::working;
  }
  return State::failed;
}

}  // namespace larder::plugin
