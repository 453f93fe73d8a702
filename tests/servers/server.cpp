// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"

#include "loopback.hpp"
#include "text.hpp"
#include "waiting/eventually.hpp"

#include <stdexcept>
#include <utility>

namespace larder::servers {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds startLimit{15};
constexpr std::chrono::seconds stopGrace{8};

}  // namespace

Server::Server(std::string_view label) : directory_(label) {}

Server::~Server() { stop(); }

void Server::startFirst(Program program) {
  program_ = std::move(program);
  // Another test may take the port before this server listens on it, so up to two more ports are tried.
  for (int attempts_left = 2;; --attempts_left) {
    port_ = freeLoopbackPort();
    try {
      return start();
    } catch (const std::runtime_error&) {
      if (attempts_left == 0) throw;
    }
  }
}

void Server::start() {
  if (child_) throw std::logic_error(program_.name + " runs already");
  child_.emplace(ChildCommand{program_.command(port_), log(), program_.account, program_.stopSignal});
  if (waitUntilItAnswers()) return;

  stop();
  throw std::runtime_error(program_.name + " did not answer on port " + std::to_string(port_) +
                           "; its log ends with:\n" + endOfLog());
}

bool Server::waitUntilItAnswers() {
  bool answers = false;
  const auto decided = [&] { return !child_->running() || (answers = program_.answers(port_)); };
  return tests::eventually(decided, startLimit) && answers;
}

std::string Server::endOfLog() const {
  constexpr std::size_t shown = 1000;
  const auto text = contentsOf(log());
  return text.size() <= shown ? text : text.substr(text.size() - shown);
}

void Server::stop() {
  if (!child_) return;
  child_->end(program_.stopSignal, stopGrace);
  child_.reset();
}

void Server::pause() {
  if (child_) child_->stopWithChildren();
}

void Server::resume() {
  if (child_) child_->signalWithChildren(SIGCONT);
}

}  // namespace larder::servers
