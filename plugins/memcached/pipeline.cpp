// SPDX-License-Identifier: Apache-2.0
#include "pipeline.hpp"

#include <larder/async/nanoseconds.hpp>
#include "entry_header.hpp"
#include "expiry.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace larder::memcached {

namespace {

// One round reads the generation, and the next is right unless the namespace is cleared in between. A
// namespace that is cleared all the time has an empty cache anyway.
constexpr int kMostRounds = 5;

Answer answerOfRead(const Task& task, std::uint64_t generation, std::int64_t nowMs, MallocBytes bytes) {
  const auto entry = liveEntry({bytes.get(), task.size}, {task.nameSpace, task.key, generation}, nowMs);
  if (!entry) return {LARDER_MISS};
  Answer answer{LARDER_OK};
  answer.version = entry->version;
  answer.ttlMs = remainingMs(entry->expiresMs, nowMs);
  answer.value = entry->value;
  answer.bytes = std::move(bytes);
  return answer;
}

Answer answerOfWrite(const Task& task) {
  Answer answer{LARDER_OK};
  answer.version = task.version;
  return answer;
}

}  // namespace

Pipeline::Pipeline(plugin::Host host, Settings settings, ServerAddress& address, Generations& generations,
                   StoreHealth& health, Counters& counters, const StoreKeys& keys)
    : host_(host),
      settings_(std::move(settings)),
      address_(address),
      generations_(generations),
      health_(health),
      counters_(counters),
      keys_(keys) {}

void Pipeline::begin(std::span<Task* const> tasks, bool mayPoll) noexcept {
  mayPoll_ = mayPoll;
  isComposed_ = false;
  isRetry_ = false;
  rounds_ = 0;
  try {
    tasks_.assign(tasks.begin(), tasks.end());
  } catch (const std::bad_alloc&) {
    tasks_.clear();
    for (Task* const task : tasks) {
      task->answer = failed(LARDER_NO_MEMORY, "out of memory");
      task->state = Task::State::answered;
    }
  }
}

bool Pipeline::advance() noexcept {
  try {
    if (!allEnded()) step();
  } catch (const std::bad_alloc&) {
    const bool wasSent = isComposed_ && sent_ > 0;
    disconnect();
    error_.clear();
    fail(LARDER_NO_MEMORY, wasSent ? LARDER_UNKNOWN_RESULT : LARDER_NO_MEMORY);
  }
  return allEnded();
}

void Pipeline::drop(Task& task) noexcept {
  std::replace(tasks_.begin(), tasks_.end(), &task, static_cast<Task*>(nullptr));
}

// A wait cut short by deadlines says nothing about the server.
void Pipeline::abandon() noexcept {
  tasks_.clear();
  try {
    if (host_.monotonicNs() - activeNs_ >= plugin::nanoseconds(std::min(settings_.timeout, kTellingWait)))
      health_.down(settings_.serverIndex, waitedInVain());
  } catch (const std::bad_alloc&) {
    error_.clear();  // the next failure is reported instead
  }
  disconnect();
}

bool Pipeline::allEnded() const {
  return std::all_of(tasks_.begin(), tasks_.end(), [](const Task* task) { return task == nullptr; });
}

void Pipeline::step() {
  if ((!socket_.isOpen() || isConnecting_) && !connect()) return;
  if (!isComposed_ && !compose()) return;
  exchange();
}

bool Pipeline::connect() {
  auto progress = StreamSocket::Progress::failed;
  if (isConnecting_) {
    progress = socket_.awaitConnection();
  } else if (findAddresses()) {
    progress = socket_.connect((*addresses_)[nextAddress_]);
  } else {
    return false;
  }
  isConnecting_ = progress == StreamSocket::Progress::waiting;
  if (isConnecting_) {
    if (host_.monotonicNs() - activeNs_ >= plugin::nanoseconds(settings_.connectTimeout))
      cannotConnect(waitedInVain());
    return false;
  }
  if (progress == StreamSocket::Progress::done) {
    addresses_ = nullptr;
    return true;
  }
  if (++nextAddress_ >= addresses_->size()) cannotConnect("cannot connect");
  return false;
}

// Returns false if there is no address or the server should not be tried now; the tasks have then failed.
bool Pipeline::findAddresses() {
  if (addresses_ != nullptr) return true;  // the first address failed
  activeNs_ = host_.monotonicNs();
  if (!health_.mayTry(settings_.serverIndex, activeNs_)) {
    fail(LARDER_UNAVAILABLE, LARDER_UNAVAILABLE);
    return false;
  }
  addresses_ = settings_.mayResolve ? address_.resolve() : address_.known();
  nextAddress_ = 0;
  if (addresses_ == nullptr) cannotConnect("the host's name is not known");
  return addresses_ != nullptr;
}

void Pipeline::cannotConnect(const std::string& why) {
  error_ = "memcached " + settings_.serverName + ": " + why;
  disconnect();
  address_.forget();
  health_.down(settings_.serverIndex, why);
  fail(LARDER_UNAVAILABLE, LARDER_UNAVAILABLE);
}

// Returns false if there is nothing to send.
bool Pipeline::compose() {
  if (isProven_ && hasWrite() && socket_.isStale()) {  // a write on it would have an unknown result
    disconnect();
    return false;
  }
  if (++rounds_ > kMostRounds) {
    endAll(Task::State::restless);
    return false;
  }
  request_.clear();
  sent_ = 0;
  expected_.clear();
  position_ = 0;
  guessesUsed_ = 0;
  areTasksSent_ = true;  // unless a generation has to be read first
  for (Task* const task : tasks_) {
    if (task == nullptr) continue;
    task->guess = guessFor(task->nameSpace);
    task->settled.reset();
    task->bytes.reset();
    task->size = 0;
    areTasksSent_ = areTasksSent_ && guesses_[task->guess].used != kNoGeneration;
  }
  for (std::size_t i = 0; areTasksSent_ && i < tasks_.size(); ++i)
    if (tasks_[i] != nullptr) composeTask(i);
  for (std::size_t i = 0; i < guessesUsed_; ++i) composeRead({Expected::Kind::generation, i});
  endReads();
  isComposed_ = true;
  sentNs_ = activeNs_ = host_.monotonicNs();
  replyNs_ = kNoReply;
  return true;
}

bool Pipeline::hasWrite() const {
  return std::any_of(tasks_.begin(), tasks_.end(),
                     [](const Task* task) { return task != nullptr && task->isWrite(); });
}

std::size_t Pipeline::guessFor(std::string_view nameSpace) {
  for (std::size_t i = 0; i < guessesUsed_; ++i)
    if (guesses_[i].nameSpace == nameSpace) return i;
  if (guessesUsed_ == guesses_.size()) guesses_.emplace_back();
  Guess& guess = guesses_[guessesUsed_];
  guess.nameSpace = nameSpace;
  guess.used = generations_.known(nameSpace);
  guess.bytes.reset();
  guess.size = 0;
  return guessesUsed_++;
}

void Pipeline::composeTask(std::size_t index) {
  Task& task = *tasks_[index];
  const std::uint64_t generation = guesses_[task.guess].used;
  if (!task.isWrite()) return composeRead({Expected::Kind::entry, index});
  endReads();
  const Entry entry{task.version, task.expiresMs, generation, task.nameSpace, task.key, task.value};
  request_.append(task.onlyIfAbsent ? "add " : "set ");
  keys_.appendEntry(request_, task.nameSpace, generation, task.key);
  request_.append(" 0 ").append(std::to_string(serverExpiry(task.expiresMs, host_.realtimeMs())));
  request_.append(" ").append(std::to_string(encodedSize(entry))).append(kLineEnd);
  appendEncoded(request_, entry);
  request_.append(kLineEnd);
  expected_.push_back({Expected::Kind::stored, index});
}

void Pipeline::composeRead(Expected expected) {
  request_.append(readsAreOpen_ ? " " : "gets ");
  readsAreOpen_ = true;
  expected.keyAt = request_.size();
  if (expected.kind == Expected::Kind::generation) {
    keys_.appendGeneration(request_, guesses_[expected.index].nameSpace);
  } else {
    const Task& task = *tasks_[expected.index];
    keys_.appendEntry(request_, task.nameSpace, guesses_[task.guess].used, task.key);
  }
  expected_.push_back(expected);
}

void Pipeline::endReads() {
  if (!readsAreOpen_) return;
  readsAreOpen_ = false;
  request_.append(kLineEnd);
  expected_.push_back({Expected::Kind::endOfReads, 0});
}

// Alternates between sending and receiving when the kernel does not accept the whole request at once: a
// server whose replies are not read stops reading too.
void Pipeline::exchange() {
  using Progress = StreamSocket::Progress;
  std::size_t received = 0;
  auto progress = Progress::done;
  const std::size_t before = sent_;
  if (sent_ < request_.size()) progress = socket_.send(std::string_view(request_).substr(sent_), sent_);
  if (progress == Progress::failed) return lost(false);
  if (progress == Progress::done) {
    progress = receive(received);
  } else {
    socket_.awaitEither();
    progress = socket_.receiveNow(reader_.room(), received);
  }
  if (progress == Progress::failed) return lost(false);
  if (received > 0 || sent_ > before) activeNs_ = host_.monotonicNs();
  if (received > 0) {
    reader_.received(received);
    return take();
  }
  if (host_.monotonicNs() - activeNs_ >= plugin::nanoseconds(settings_.timeout)) lost(true);
}

StreamSocket::Progress Pipeline::receive(std::size_t& received) {
  auto progress = StreamSocket::Progress::waiting;
  const auto arrived = [&] {
    progress = socket_.receiveNow(reader_.room(), received);
    return progress != StreamSocket::Progress::waiting;
  };
  return mayPoll_ && polling_.poll(arrived) ? progress : socket_.receive(reader_.room(), received);
}

void Pipeline::take() {
  ReplyPart part;
  while (position_ < expected_.size()) {
    switch (reader_.next(part)) {
      case ReplyReader::Next::needsMore: return;
      case ReplyReader::Next::noMemory: throw std::bad_alloc();
      case ReplyReader::Next::nonsense: return unintelligible("an answer that is none");
      case ReplyReader::Next::part: break;
    }
    const bool matches = part.kind == ReplyPart::Kind::value ? matchValue(part) : matchLine(part.text);
    if (!matches) return unintelligible("an answer that does not belong to its command");
  }
  if (!std::exchange(isProven_, true) && std::exchange(wasProven_, true)) counters_.countReconnect();
  health_.up(settings_.serverIndex, sentNs_);
  replyNs_ = activeNs_ - sentNs_;
  if (!reader_.isEmpty()) disconnect();  // the server sent more than was requested
  isComposed_ = false;
  isRetry_ = false;
  settleAll();
}

// The server replies in request order and leaves out absent keys.
bool Pipeline::matchValue(ReplyPart& part) {
  for (; position_ < expected_.size(); ++position_) {
    const Expected expected = expected_[position_];
    if (expected.kind == Expected::Kind::endOfReads || expected.kind == Expected::Kind::stored) return false;
    if (part.text != std::string_view(request_).substr(expected.keyAt, keys_.size())) continue;
    ++position_;
    if (expected.kind == Expected::Kind::generation) {
      guesses_[expected.index].bytes = std::move(part.bytes);
      guesses_[expected.index].size = part.size;
    } else if (Task* const task = tasks_[expected.index]; task != nullptr) {
      task->bytes = std::move(part.bytes);
      task->size = part.size;
    }
    return true;
  }
  return false;
}

bool Pipeline::matchLine(std::string_view line) {
  if (line == "END") {
    for (; expected_[position_].kind != Expected::Kind::endOfReads; ++position_)
      if (expected_[position_].kind == Expected::Kind::stored) return false;
    ++position_;
    return true;
  }
  const Expected expected = expected_[position_];
  const auto status = statusOfWrite(line);
  if (expected.kind != Expected::Kind::stored || !status) return false;
  ++position_;
  if (Task* const task = tasks_[expected.index]; task != nullptr) task->settled = *status;
  return true;
}

std::optional<larder_status> Pipeline::statusOfWrite(std::string_view line) {
  if (line == "STORED") return LARDER_OK;
  if (line == "NOT_STORED") return LARDER_NOT_STORED;
  if (line.starts_with("SERVER_ERROR object too large")) return LARDER_TOO_LARGE;
  if (line.starts_with("SERVER_ERROR out of memory")) return LARDER_NO_MEMORY;
  return std::nullopt;
}

void Pipeline::settleAll() {
  const std::int64_t now = host_.realtimeMs();
  for (std::size_t i = 0; i < guessesUsed_; ++i) {
    Guess& guess = guesses_[i];
    guess.current = Generations::decode({guess.bytes.get(), guess.size}).value_or(kNoGeneration);
    if (guess.current != kNoGeneration) generations_.learn(guess.nameSpace, guess.current);
  }
  for (Task*& task : tasks_)
    if (task != nullptr && settle(*task, guesses_[task->guess], now)) task = nullptr;
}

// Returns false if the task needs another round.
bool Pipeline::settle(Task& task, const Guess& guess, std::int64_t nowMs) const {
  if (task.settled && *task.settled < 0) {
    task.answer = failed(*task.settled, *task.settled == LARDER_TOO_LARGE
                                            ? "the entry is over the server's limit (memcached -I)"
                                            : "the server is out of memory");
  } else if (guess.current == kNoGeneration) {
    task.state = Task::State::noGeneration;
    return true;
  } else if (!areTasksSent_ || guess.used != guess.current) {
    return false;
  } else if (!task.isWrite()) {
    task.answer = answerOfRead(task, guess.current, nowMs, std::move(task.bytes));
  } else if (task.settled == LARDER_OK) {
    task.answer = answerOfWrite(task);
  } else {
    task.state = Task::State::undecided;
    return true;
  }
  task.state = Task::State::answered;
  return true;
}

std::string Pipeline::waitedInVain() const {
  const std::uint64_t waited = host_.monotonicNs() - activeNs_;
  return "no answer within " + std::to_string(waited / 1'000'000) + " ms";
}

void Pipeline::unintelligible(std::string_view why) {
  disconnect();
  error_ = "memcached " + settings_.serverName + ": ";
  error_ += why;
  fail(LARDER_PROTOCOL, LARDER_PROTOCOL);
}

// Only using a connection reveals that the server restarted or closed it as idle. The tasks that may be
// repeated are then sent again.
void Pipeline::lost(bool timedOut) {
  const bool wasProven = isProven_;
  const bool mayRepeat = wasProven && !timedOut && !isRetry_ && position_ == 0 && reader_.isEmpty();
  const bool wasSent = sent_ > 0;
  const std::string why = timedOut ? waitedInVain() : "the connection was lost";
  disconnect();
  error_ = "memcached " + settings_.serverName + ": " + why;
  if (timedOut || !wasProven) health_.down(settings_.serverIndex, why);
  const larder_status ofWrites = wasSent ? LARDER_UNKNOWN_RESULT : LARDER_UNAVAILABLE;
  if (!mayRepeat) return fail(LARDER_UNAVAILABLE, ofWrites);
  isRetry_ = true;
  for (Task*& task : tasks_)
    if (wasSent && task != nullptr && task->isWrite()) failOne(std::exchange(task, nullptr), ofWrites);
}

void Pipeline::fail(larder_status reads, larder_status writes) noexcept {
  for (Task*& task : tasks_)
    if (task != nullptr) failOne(task, task->isWrite() ? writes : reads);
  tasks_.clear();
}

// The server's own error for a write is more specific than this one.
void Pipeline::failOne(Task* task, larder_status status) const noexcept {
  const bool known = task->settled && *task->settled < 0;
  task->answer = failed(known ? *task->settled : status, error_);
  task->state = Task::State::answered;
}

void Pipeline::endAll(Task::State state) noexcept {
  for (Task* const task : tasks_)
    if (task != nullptr) task->state = state;
  tasks_.clear();
}

void Pipeline::disconnect() noexcept {
  socket_.close();
  addresses_ = nullptr;
  isConnecting_ = false;
  isProven_ = false;
  isComposed_ = false;
  readsAreOpen_ = false;
  reader_.forget();
}

}  // namespace larder::memcached
