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

#include <larder/plugin.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::memcached {

/// The data path: the simple operations of many callers in one send and one round trip.
///
/// A round is a request of commands in the order of its tasks, reads in a row being one command, and at its
/// end a read of the namespaces' generations. The server carries a connection's commands out in order, so a
/// generation that is what the tasks guessed confirms all of them: it was current when they took effect. A
/// wrong guess makes another round. It speaks the text protocol over a socket of its own, because
/// libmemcached can neither send further commands before it has read an answer nor wait until a deadline.
///
/// As Connection does, it closes the socket after a time-out and after any answer that it did not expect. One
/// thread at a time, but not always the same.
class Pipeline {
 public:
  struct Settings {
    std::size_t serverIndex;  ///< in StoreHealth
    std::string serverName;
    std::chrono::milliseconds timeout;
    std::chrono::milliseconds connectTimeout;
    bool mayResolve;  ///< may block in the resolver
  };

  /// The references outlive it; `generations` may be used by others between rounds. Throws std::bad_alloc.
  Pipeline(plugin::Host host, Settings settings, ServerAddress& address, Generations& generations,
           StoreHealth& health, Counters& counters, const StoreKeys& keys);

  /// Takes over `tasks`, which stay in place until they have ended or are dropped. Only after the former ones
  /// have ended.
  void begin(std::span<Task* const> tasks) noexcept;

  /// Goes on with them for about kSlice at most; true when all have ended.
  bool advance() noexcept;

  /// Its caller does not wait for this task any more.
  void drop(Task& task) noexcept;

  /// Nobody waits for any task any more: closes the socket.
  void abandon() noexcept;

 private:
  /// What the reply is to bring next.
  struct Expected {
    enum class Kind { entry, generation, endOfReads, stored };
    Kind kind;
    std::size_t index;      ///< of the task or the guess
    std::size_t keyAt = 0;  ///< where in the request the key begins
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
  SocketAddresses addresses_;
  std::size_t nextAddress_ = 0;
  bool isConnecting_ = false;
  bool isProven_ = false;  // the server has answered on the socket that is open
  bool wasProven_ = false;
  std::uint64_t activeNs_ = 0;  // when the server last showed progress, or the round began
  std::uint64_t sentNs_ = 0;

  std::vector<Task*> tasks_;  // NULL: dropped or ended
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
  int rounds_ = 0;
  ReplyReader reader_;
  std::string error_;
};

}  // namespace larder::memcached

#endif
