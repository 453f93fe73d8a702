// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_PIPELINE_HPP
#define LARDER_MEMCACHED_PIPELINE_HPP

#include "counters.hpp"
#include "generations.hpp"
#include "reply_reader.hpp"
#include "socket_address.hpp"
#include "store_health.hpp"
#include "store_keys.hpp"
#include "stream_socket.hpp"
#include "task.hpp"

#include <larder/async/reply_polling.hpp>
#include <larder/plugin.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::memcached {

/// The data path: sends the simple operations of many callers in one request with one round trip.
///
/// A round is a request with the commands of its tasks in order, where consecutive reads form one command,
/// followed by a read of the namespaces' generations. The server executes a connection's commands in order,
/// so a generation that equals the guess confirms all tasks: it was current when they took effect. A wrong
/// guess causes another round. The pipeline speaks the text protocol over its own socket, because
/// libmemcached can neither send further commands before reading a reply nor wait until a deadline.
///
/// Like Connection, it closes the socket after a timeout and after any unexpected reply. One thread at a
/// time, but not necessarily the same one.
class Pipeline {
 public:
  struct Settings {
    std::size_t serverIndex;  ///< in StoreHealth
    std::string serverName;
    std::chrono::milliseconds timeout;
    std::chrono::milliseconds connectTimeout;
    bool mayResolve;  ///< whether it may block in the resolver
  };

  /// The referenced objects must outlive it; other code may use `generations` between rounds. Throws
  /// std::bad_alloc.
  Pipeline(plugin::Host host, Settings settings, ServerAddress& address, Generations& generations,
           StoreHealth& health, Counters& counters, const StoreKeys& keys);

  /// Starts `tasks`, which must stay in place until they have ended or are dropped. `mayPoll`: the thread may
  /// poll for the reply, because no other caller needs the processor. REQUIRES: all previous tasks have
  /// ended.
  void begin(std::span<Task* const> tasks, bool mayPoll) noexcept;

  /// Works on the tasks for at most about kSlice; returns true when all have ended.
  bool advance() noexcept;

  static constexpr std::uint64_t kNoReply = std::numeric_limits<std::uint64_t>::max() / 2;
  /// Returns how long the last reply took; kNoReply if the last request had none.
  std::uint64_t replyNs() const { return replyNs_; }

  /// Drops a task whose caller no longer waits for it.
  void drop(Task& task) noexcept;

  /// Drops all tasks, because no caller waits for them any more, and closes the socket.
  void abandon() noexcept;

 private:
  /// The next expected part of the reply.
  struct Expected {
    enum class Kind { entry, generation, endOfReads, stored };
    Kind kind;
    std::size_t index;      ///< of the task or the guess
    std::size_t keyAt = 0;  ///< the offset of the key in the request
  };
  struct Guess {
    std::string nameSpace;
    std::uint64_t used = kNoGeneration;
    std::uint64_t current = kNoGeneration;
    MallocBytes bytes{};
    std::size_t size = 0;
  };

  bool allEnded() const;
  void step();
  bool connect();
  bool findAddresses();
  void cannotConnect(const std::string& why);

  bool compose();
  bool hasWrite() const;
  std::size_t guessFor(std::string_view nameSpace);
  void composeTask(std::size_t index);
  void composeRead(Expected expected);
  void endReads();

  void exchange();
  StreamSocket::Progress receive(std::size_t& received);
  void take();
  bool matchValue(ReplyPart& part);
  bool matchLine(std::string_view line);
  static std::optional<larder_status> statusOfWrite(std::string_view line);
  void settleAll();
  bool settle(Task& task, const Guess& guess, std::int64_t nowMs) const;

  std::string waitedInVain() const;
  void unintelligible(std::string_view why);
  void lost(bool timedOut);
  void fail(larder_status reads, larder_status writes) noexcept;
  void failOne(Task* task, larder_status status) const noexcept;
  void endAll(Task::State state) noexcept;
  void disconnect() noexcept;

  const plugin::Host host_;
  const Settings settings_;
  ServerAddress& address_;
  Generations& generations_;
  StoreHealth& health_;
  Counters& counters_;
  const StoreKeys& keys_;

  StreamSocket socket_;
  plugin::ReplyPolling polling_;
  SocketAddresses addresses_;
  std::size_t nextAddress_ = 0;
  bool isConnecting_ = false;
  bool isProven_ = false;  // the server has replied on the open socket
  bool wasProven_ = false;
  std::uint64_t activeNs_ = 0;  // when the server last showed progress, or the round began
  std::uint64_t sentNs_ = 0;
  std::uint64_t replyNs_ = kNoReply;

  std::vector<Task*> tasks_;  // NULL: the task was dropped or has ended
  std::vector<Guess> guesses_;
  std::size_t guessesUsed_ = 0;
  std::vector<Expected> expected_;
  std::size_t position_ = 0;  // in expected_
  std::string request_;
  std::size_t sent_ = 0;
  bool isComposed_ = false;
  bool areTasksSent_ = false;  // in this round
  bool readsAreOpen_ = false;
  bool isRetry_ = false;
  bool mayPoll_ = false;
  int rounds_ = 0;
  ReplyReader reader_;
  std::string error_;
};

}  // namespace larder::memcached

#endif
