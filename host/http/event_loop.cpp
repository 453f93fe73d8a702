// SPDX-License-Identifier: Apache-2.0
#include "http/event_loop.hpp"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

#include "http/answering.hpp"
#include "http/date.hpp"

namespace larder::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBlock = 128 << 10;    // bytes per read
constexpr std::size_t kEvents = 256;         // per turn
constexpr std::size_t kParts = 32;           // per gathered write
constexpr int kStepsPerTurn = 16;            // per client, so that the others get their share
constexpr std::size_t kServedTogether = 32;  // clients served as one batch
constexpr std::size_t kFirstRead = kBlock / kServedTogether;
constexpr auto kAcceptPause = 50ms;
constexpr auto kLongestWait = 60s;
constexpr std::uint64_t kProgress = 64 << 10;  // sending this many bytes restarts the deadline for writing

// Its address marks events of the acceptor's socket.
char acceptor_mark;

}  // namespace

EventLoop::EventLoop(const Handle& handle, const EventServerOptions& options, ServerCounters& counters,
                     std::shared_ptr<BodyBudget> bodies)
    : handle_(handle),
      limits_(options.limits),
      counters_(counters),
      bodies_(std::move(bodies)),
      mailbox_(std::make_shared<Mailbox>()),
      epoll_(::epoll_create1(EPOLL_CLOEXEC), "cannot create an epoll descriptor for an event loop"),
      deadlines_{DeadlineList(options.deadlines.idle),  DeadlineList(options.deadlines.head),
                 DeadlineList(options.deadlines.body),  DeadlineList(options.deadlines.handler),
                 DeadlineList(options.deadlines.write), DeadlineList(options.deadlines.linger)},
      block_(kBlock) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.ptr = nullptr;  // marks the mailbox
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, mailbox_->descriptor(), &event);
}

EventLoop::~EventLoop() {
  stop(std::chrono::steady_clock::now());
  join();
}

void EventLoop::acceptBy(Acceptor& acceptor, Acceptor::Admit admit, std::function<void(Time)> ended) {
  acceptor_ = &acceptor;
  admit_ = std::move(admit);
  acceptingEnded_ = std::move(ended);
  resumeAccepting();
}

// Blocks all signals in the new thread: the program's own threads handle them.
void EventLoop::start(const std::string& threadName) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_setname_np(thread_.native_handle(), threadName.c_str());
}

void EventLoop::join() {
  if (thread_.joinable()) thread_.join();
}

void EventLoop::run() {
  mailbox_->own();
  std::array<epoll_event, kEvents> events;
  beginTurn();
  while (!ended()) {
    const int longest = mailbox_->fallAsleep() ? timeout() : 0;
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), longest);
    mailbox_->wakeUp();
    beginTurn();
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      dispatch(event.data.ptr, event.events);
    }
    serveReady();
    if (mailbox_->hasMail()) readMail();
    continueQueued();
    deliverOwnAnswers();
    cutOffTheLate();
    if (acceptAgain_ && now_ >= *acceptAgain_) resumeAccepting();
    dropped_.clear();
  }
  dropAll();
  mailbox_->close();
}

bool EventLoop::ended() const { return stopUntil_ && (clients_.empty() || now_ >= *stopUntil_); }

// Returns the milliseconds until the next deadline, rounded up: rounding down would make the loop spin until
// the deadline.
int EventLoop::timeout() {
  if (!queued_.empty()) return 0;
  Time next = now_ + kLongestWait;
  for (auto& list : deadlines_) next = std::min(next, list.next());
  if (acceptAgain_) next = std::min(next, *acceptAgain_);
  if (stopUntil_) next = std::min(next, *stopUntil_);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now_).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void EventLoop::beginTurn() {
  now_ = std::chrono::steady_clock::now();
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto second = std::chrono::floor<std::chrono::seconds>(since_epoch);
  if (second == dateSecond_) return;
  dateSecond_ = second;
  date_ = formatDate(second);
}

void EventLoop::dispatch(void* whom, std::uint32_t events) {
  if (whom == nullptr) return;  // the loop looks for mail in each turn
  if (whom == &acceptor_mark) return accept();
  onEvents(*static_cast<Client*>(whom), events);
}

// ---- accepting ----

void EventLoop::accept() {
  if (acceptor_ == nullptr) return;
  if (acceptor_->accept(admit_) == Acceptor::Outcome::full) pauseAccepting();
}

void EventLoop::pauseAccepting() {
  counters_.acceptPauses.fetch_add(1);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, acceptor_->descriptor(), nullptr);
  acceptAgain_ = now_ + kAcceptPause;
}

void EventLoop::resumeAccepting() {
  acceptAgain_.reset();
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &acceptor_mark;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, acceptor_->descriptor(), &event);
}

void EventLoop::admit(Newcomer newcomer) {
  if (mailbox_->isOwned()) return add(std::move(newcomer));
  mailbox_->put(std::move(newcomer));
}

void EventLoop::add(Newcomer newcomer) {
  auto client = std::make_shared<Client>(std::move(newcomer), limits_, date_, bodies_);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.ptr = client.get();
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client->descriptor(), &event) != 0) {
    counters_.open.fetch_sub(1);  // out of memory or of epoll watches: the connection closes
    return;
  }
  client->place = clients_.size();
  clients_.push_back(client);
  setDeadline(*client);
  if (stopUntil_) finish(*client);
}

// ---- one client ----

void EventLoop::onEvents(Client& client, std::uint32_t events) {
  if (!client.open) return;
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) client.mayHaveEnded = true;
  if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) client.readable = true;
  ready_.push_back(&client);
  if (ready_.size() == kServedTogether) serveReady();
}

// Runs each step for all clients before the next step, not one client after the other. The code of a step,
// above all the kernel's, is then in the processor's caches for all clients but the first, and a client
// process with several connections wakes once for their responses.
void EventLoop::serveReady() {
  std::array<std::optional<std::string_view>, kServedTogether> input;
  for (std::size_t i = 0; i < ready_.size(); ++i)
    if (ready_[i]->open && ready_[i]->readable && ready_[i]->connection.wantsInput())
      input[i] = read(*ready_[i], std::span(block_).subspan(i * kFirstRead, kFirstRead));
  for (std::size_t i = 0; i < ready_.size(); ++i) {
    if (input[i]) parse(*ready_[i], *input[i]);
    if (ready_[i]->open) answerRequests(*ready_[i]);
  }
  for (auto* const client : ready_)
    if (client->open) progress(*client);
  ready_.clear();
}

// Answers, writes and reads until every further step would block.
void EventLoop::progress(Client& client) {
  for (int steps = 0; client.open; ++steps) {
    if (client.lingers) return discardInput(client);
    if (steps == kStepsPerTurn) {
      later(client);
      break;
    }
    answerRequests(client);
    write(client);
    if (!client.open) return;
    if (client.connection.isDone()) {
      end(client);
      continue;
    }
    if (client.connection.hasRequest()) continue;
    if (!client.readable || !client.connection.wantsInput()) break;
    if (const auto input = read(client, block_)) parse(client, *input);
  }
  if (client.open) setDeadline(client);
}

// A short read has emptied the socket, and later bytes raise a new event. Asking again would cost a system
// call per request. Only the end of the input comes without bytes, and its event sets mayHaveEnded.
std::optional<std::string_view> EventLoop::read(Client& client, std::span<char> room) {
  const auto got = ::recv(client.descriptor(), room.data(), room.size(), 0);
  if (got < 0) {
    if (errno == EINTR) return std::nullopt;
    client.readable = false;
    if (errno != EAGAIN && errno != EWOULDBLOCK) drop(client);
    return std::nullopt;
  }
  const auto size = static_cast<std::size_t>(got);
  if (size == 0 || (size < room.size() && !client.mayHaveEnded)) client.readable = false;
  return std::string_view(room.data(), size);
}

void EventLoop::parse(Client& client, std::string_view input) {
  if (input.empty()) return client.connection.receiveEnd();
  client.connection.receive(input);
}

void EventLoop::answerRequests(Client& client) {
  while (auto* const request = client.connection.takeRequest()) {
    if (auto response = handle(client, *request))
      respond(client, *std::move(response));
    else if (!takeInlineAnswer(client))
      break;
  }
}

std::optional<Response> EventLoop::handle(Client& client, Request& request) {
  requests_.store(requests_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  Answering answering(mailbox_, clients_[client.place]);
  try {
    handle_(std::move(request), answering);
  } catch (...) {
    answering.fail();
  }
  return answering.take();
}

// A response promised with later() may have completed already. Responses to other clients wait for the end of
// the turn.
bool EventLoop::takeInlineAnswer(Client& client) {
  auto& answers = mailbox_->ownAnswers();
  for (std::size_t i = answers.size(); i-- > 0;) {
    if (answers[i].client.get() != &client) continue;
    Response response = std::move(answers[i].response);
    if (i + 1 != answers.size()) answers[i] = std::move(answers.back());
    answers.pop_back();
    respond(client, std::move(response));
    return true;
  }
  return false;
}

void EventLoop::respond(Client& client, Response&& response) {
  if (!client.connection.respond(std::move(response))) counters_.unsendable.fetch_add(1);
}

void EventLoop::deliver(Mailbox::Answer answer) {
  Client& client = *answer.client;
  if (!client.open || client.connection.phase() != Connection::Phase::handling ||
      client.connection.requests() != answer.request)
    return;
  respond(client, std::move(answer.response));
  progress(client);
}

void EventLoop::write(Client& client) {
  for (int writes = 0; client.connection.output().size() > 0; ++writes) {
    if (writes == kStepsPerTurn) return later(client);
    std::array<iovec, kParts> parts;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = client.connection.output().gather(parts);
    const auto sent = ::sendmsg(client.descriptor(), &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN || errno == EWOULDBLOCK) return watchOutput(client);
      return drop(client);
    }
    client.connection.sent(static_cast<std::size_t>(sent));
    client.sent += static_cast<std::uint64_t>(sent);
  }
}

// Registers once, for a client that has let its socket fill up; edge-triggered, this costs nothing
// afterwards.
void EventLoop::watchOutput(Client& client) {
  if (std::exchange(client.watchesOutput, true)) return;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &client;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.descriptor(), &event);
}

// Closing a socket with unread bytes resets it, and the client may lose the response that it is about to
// read. So after a refusal, when the client may still be sending, the loop shuts down only its own side and
// reads on for a while.
void EventLoop::end(Client& client) {
  if (const auto status = client.connection.refusedWith()) counters_.refused(*status);
  if (!client.connection.refusedWith() || client.connection.inputEnded()) return drop(client);
  ::shutdown(client.descriptor(), SHUT_WR);
  client.lingers = true;
}

void EventLoop::discardInput(Client& client) {
  for (int reads = 0; client.readable; ++reads) {
    if (reads == kStepsPerTurn) {
      later(client);
      break;
    }
    const auto got = ::recv(client.descriptor(), block_.data(), block_.size(), 0);
    if (got > 0 || (got < 0 && errno == EINTR)) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      client.readable = false;
    else
      return drop(client);
  }
  setDeadline(client);
}

void EventLoop::drop(Client& client) {
  if (!std::exchange(client.open, false)) return;
  client.unlink();
  client.socket.close();
  counters_.open.fetch_sub(1);
  const std::size_t place = client.place;
  dropped_.push_back(std::move(clients_[place]));
  if (place + 1 != clients_.size()) {
    clients_[place] = std::move(clients_.back());
    clients_[place]->place = place;
  }
  clients_.pop_back();
}

void EventLoop::later(Client& client) {
  if (!std::exchange(client.queued, true)) queued_.push_back(clients_[client.place]);
}

// ---- deadlines ----

// The deadline keeps running while the client stays in the same wait.
void EventLoop::setDeadline(Client& client) {
  using Wait = Client::Wait;
  Wait wait = Wait::nothing;
  std::uint64_t what = client.connection.requests();
  if (client.lingers) {
    wait = Wait::linger;
  } else if (client.connection.output().size() > 0) {
    wait = Wait::write;
    what = client.sent / kProgress;
  } else {
    switch (client.connection.phase()) {
      case Connection::Phase::idle: wait = Wait::idle; break;
      case Connection::Phase::head: wait = Wait::head; break;
      case Connection::Phase::body: wait = Wait::body; break;
      case Connection::Phase::handling: wait = Wait::handler; break;
      case Connection::Phase::closing: break;
    }
  }
  if (client.wait == wait && client.waitsFor == what) return;
  client.wait = wait;
  client.waitsFor = what;
  if (wait == Wait::nothing)
    client.unlink();
  else
    deadlines(wait).begin(client, now_);
}

void EventLoop::cutOffTheLate() {
  for (auto& list : deadlines_)
    while (list.next() <= now_) cutOff(static_cast<Client&>(*list.first()));
}

void EventLoop::cutOff(Client& client) {
  client.unlink();
  client.wait = Client::Wait::nothing;
  counters_.cutOff.fetch_add(1);
  if (client.lingers || client.connection.output().size() > 0) return drop(client);
  if (client.connection.phase() == Connection::Phase::handling)
    client.connection.timeOutHandler();
  else
    client.connection.timeOut();
  progress(client);
}

// ---- mail, queued work and stopping ----

void EventLoop::readMail() {
  auto mail = mailbox_->take();
  for (auto& newcomer : mail.newcomers) add(std::move(newcomer));
  for (auto& answer : mail.answers) deliver(std::move(answer));
  if (mail.stopUntil) beginStop(*mail.stopUntil);
}

void EventLoop::deliverOwnAnswers() {
  auto& own = mailbox_->ownAnswers();
  while (!own.empty()) {
    auto answer = std::move(own.back());
    own.pop_back();
    deliver(std::move(answer));
  }
}

void EventLoop::continueQueued() {
  for (const auto& client : std::exchange(queued_, {})) {
    client->queued = false;
    if (client->open) progress(*client);
  }
}

// Requests that have arrived are answered, even if they are still unread.
void EventLoop::beginStop(Time until) {
  if (acceptor_ != nullptr) {
    while (acceptor_->accept(admit_) == Acceptor::Outcome::later) {
    }
    acceptor_->close();
    acceptor_ = nullptr;
    acceptAgain_.reset();
    acceptingEnded_(until);
  }
  stopUntil_ = until;
  for (const auto& client : std::vector(clients_)) finish(*client);
}

void EventLoop::finish(Client& client) {
  client.readable = true;
  progress(client);
  client.connection.finish();
  progress(client);
}

void EventLoop::dropAll() {
  while (!clients_.empty()) drop(*clients_.back());
  dropped_.clear();
  queued_.clear();
}

}  // namespace larder::http
