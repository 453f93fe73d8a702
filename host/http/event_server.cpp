// SPDX-License-Identifier: Apache-2.0
#include <larder/http/event_server.hpp>

#include <sched.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "http/acceptor.hpp"
#include "http/body_budget.hpp"
#include "http/event_loop.hpp"
#include "http/listen.hpp"
#include "http/server_counters.hpp"

namespace larder::http {
namespace {

// A service manager, taskset or a container may allow only some of the machine's cores, and more loops than
// that would compete with each other. std::thread reports all cores of the machine.
std::size_t coresOfThisProcess() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    return static_cast<std::size_t>(std::max(CPU_COUNT(&allowed), 1));
  return std::max(std::thread::hardware_concurrency(), 1u);  // more cores than a cpu_set_t holds
}

}  // namespace

class EventServer::Server {
 public:
  Server(Handle handle, const EventServerOptions& options)
      : origin_(options.origin),
        handle_(settled(std::move(handle), options.origin)),
        listening_(listenOn(options.key, options.address, options.socketMode)),
        bodies_(std::make_shared<BodyBudget>(options.maxBodyMemory)),
        acceptor_(listening_.socket, options.maxConnections, counters_) {
    const std::size_t wanted = options.loops > 0 ? options.loops : coresOfThisProcess();
    for (std::size_t i = 0; i < wanted; ++i)
      loops_.push_back(std::make_unique<EventLoop>(handle_, options, counters_, bodies_));
    loops_.front()->acceptBy(
        acceptor_, [this](Newcomer newcomer) { loops_[next_++ % loops_.size()]->admit(std::move(newcomer)); },
        [this](EventLoop::Time until) { stopOthers(until); });
    for (std::size_t i = 0; i < loops_.size(); ++i) loops_[i]->start("larder-http-" + std::to_string(i));
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { stop(std::chrono::milliseconds(0)); }

  void stop(std::chrono::milliseconds limit) {
    const std::lock_guard lock(stopping_);
    const auto until = std::chrono::steady_clock::now() + limit;
    loops_.front()->stop(until);
    for (const auto& loop : loops_) loop->join();
  }

  const std::string& address() const { return listening_.address; }
  std::uint16_t port() const { return listening_.port; }

  EventServerCounts counts() const {
    auto counts = counters_.all();
    for (const auto& loop : loops_) counts.requests += loop->requests();
    return counts;
  }

 private:
  // Called once the first loop passes them no more connections.
  void stopOthers(EventLoop::Time until) {
    for (std::size_t i = 1; i < loops_.size(); ++i) loops_[i]->stop(until);
  }

  // Returns `handle` unchanged, at no cost per request, if there is nothing to settle.
  Handle settled(Handle handle, const OriginOptions& options) {
    if (options.trustedProxies.empty() && options.hosts.empty()) return handle;
    return [this, handle = std::move(handle)](Request&& request, Responder& responder) {
      origin_.settle(request);
      handle(std::move(request), responder);
    };
  }

  const RequestOrigin origin_;
  const Handle handle_;
  ServerCounters counters_;
  const Listening listening_;
  const std::shared_ptr<BodyBudget> bodies_;
  Acceptor acceptor_;
  std::size_t next_ = 0;  // used only by the first loop
  std::mutex stopping_;
  std::vector<std::unique_ptr<EventLoop>> loops_;
};

EventServer::EventServer(Handle handle, const EventServerOptions& options)
    : server_(std::make_unique<Server>(std::move(handle), options)) {}
EventServer::~EventServer() = default;

std::string EventServer::address() const { return server_->address(); }
std::uint16_t EventServer::port() const { return server_->port(); }
EventServerCounts EventServer::counts() const { return server_->counts(); }
void EventServer::stop(std::chrono::milliseconds limit) { server_->stop(limit); }

}  // namespace larder::http
