// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_HTTP_EVENT_LOOP_HPP
#define LARDER_HTTP_EVENT_LOOP_HPP

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <larder/http/event_server.hpp>
#include <larder/http/handle.hpp>
#include "http/acceptor.hpp"
#include "http/client.hpp"
#include "http/deadline_list.hpp"
#include "http/descriptor.hpp"
#include "http/mailbox.hpp"
#include "http/server_counters.hpp"

namespace larder::http {

class BodyBudget;

/// A thread that serves many connections, each whenever its socket has something for it (epoll(7),
/// edge-triggered: a socket is registered once, not once for each request). It reads the clock once a turn.
class EventLoop {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Throws std::system_error if the kernel gives it no descriptors. What it is given outlives it.
  EventLoop(const Handle& handle, const EventServerOptions& options, ServerCounters& counters,
            std::shared_ptr<BodyBudget> bodies);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  /// Makes it accept connections, for those that `admit` gives them to, until it stops; `ended` is told when
  /// it has given out the last, and by when it stops. Before start().
  void acceptBy(Acceptor& acceptor, Acceptor::Admit admit, std::function<void(Time)> ended);
  void start(const std::string& threadName);

  /// Gives it a connection. Thread-safe.
  void admit(Newcomer newcomer);
  /// Ends it by `until`. Thread-safe; join() waits.
  void stop(Time until) { mailbox_->stop(until); }
  void join();

  /// Requests that were handed over. Thread-safe.
  std::uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::size_t kWaits = 7;  // of Client::Wait

  void run();
  bool ended() const;
  int timeout();
  void beginTurn();
  void dispatch(void* whom, std::uint32_t events);

  void accept();
  void pauseAccepting();
  void resumeAccepting();
  void add(Newcomer newcomer);

  void onEvents(Client& client, std::uint32_t events);
  void serveReady();
  void progress(Client& client);
  // What came; empty at the end of the input, nothing if there is nothing for now.
  std::optional<std::string_view> read(Client& client, std::span<char> room);
  void parse(Client& client, std::string_view input);
  void discardInput(Client& client);
  void answerRequests(Client& client);
  // Nothing: the response comes later.
  std::optional<Response> handle(Client& client, Request& request);
  bool takeInlineAnswer(Client& client);
  void deliver(Mailbox::Answer answer);
  void respond(Client& client, Response&& response);
  void write(Client& client);
  void watchOutput(Client& client);
  void end(Client& client);
  void drop(Client& client);
  void later(Client& client);
  void setDeadline(Client& client);

  void readMail();
  void deliverOwnAnswers();
  void continueQueued();
  void cutOffTheLate();
  void cutOff(Client& client);
  void beginStop(Time until);
  void finish(Client& client);
  void dropAll();
  DeadlineList& deadlines(Client::Wait wait) { return deadlines_[static_cast<std::size_t>(wait) - 1]; }

  const Handle& handle_;
  const RequestLimits limits_;
  ServerCounters& counters_;
  const std::shared_ptr<BodyBudget> bodies_;  // also of clients whose handler outlives the loop
  const std::shared_ptr<Mailbox> mailbox_;
  const Descriptor epoll_;
  Acceptor* acceptor_ = nullptr;
  Acceptor::Admit admit_;
  std::function<void(Time)> acceptingEnded_;
  std::optional<Time> acceptAgain_;  // while accepting is paused

  Time now_;
  std::chrono::seconds dateSecond_{-1};
  std::string date_;
  std::vector<std::shared_ptr<Client>> clients_;
  std::vector<std::shared_ptr<Client>> queued_;
  std::vector<Client*> ready_;                    // in this turn
  std::vector<std::shared_ptr<Client>> dropped_;  // in this turn, whose events may name them still
  std::array<DeadlineList, kWaits - 1> deadlines_;
  std::vector<char> block_;  // for reading
  std::optional<Time> stopUntil_;
  std::atomic<std::uint64_t> requests_{0};
  std::thread thread_;
};

}  // namespace larder::http

#endif
