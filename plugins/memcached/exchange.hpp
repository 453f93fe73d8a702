// SPDX-License-Identifier: Apache-2.0
#ifndef LARDER_MEMCACHED_EXCHANGE_HPP
#define LARDER_MEMCACHED_EXCHANGE_HPP

#include "connection.hpp"
#include "current_generations.hpp"
#include "entry_writer.hpp"
#include "locks.hpp"
#include "pending_op.hpp"
#include "pipeline.hpp"
#include "socket_address.hpp"
#include "store_keys.hpp"
#include "task.hpp"

#include <larder/plugin.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace larder::memcached {

/// Performs batches of operations on one server.
///
/// Consecutive simple operations go through the pipeline together. The others go one by one over a
/// libmemcached connection. A final read then confirms for all of them that their namespaces were not cleared
/// meanwhile, by this process or another; operations on a cleared namespace are repeated. Blocks. Not
/// thread-safe.
class Exchange {
 public:
  /// All referenced objects must outlive it. Throws std::bad_alloc.
  Exchange(plugin::Host host, Connection::Settings settings, ServerAddress& address, StoreHealth& health,
           Counters& counters, const StoreKeys& keys);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Answers every operation. Operations on the same key take effect in the order of the batch, and so does
  /// the clearing of a namespace.
  void perform(std::span<const PendingOpPtr> batch) noexcept;

 private:
  using Ops = std::vector<PendingOpPtr>;

  /// A write, and its answer, which is valid if the generation was current.
  struct Written {
    PendingOpPtr op;
    std::uint64_t generation;
    std::optional<Answer> answer;  ///< nullopt: not performed, because it was seen to be stale
  };

  void performAll(std::span<const PendingOpPtr> batch);

  void performSimple(Ops ops);
  Ops simpleRound(const Ops& ops);
  bool runPipeline(std::span<Task> tasks, const Ops& ops);
  bool makeGenerations(const Ops& ops);

  void write(Ops ops);
  Ops writeRound(const Ops& ops);
  Ops confirm(std::vector<Written>&& written, Guesses guesses);

  void performAlone(PendingOp& op);
  Answer control(PendingOp& op);
  Reply ping();

  bool startsNow(PendingOp& op) const;
  void limitWaits(std::uint64_t limitNs);
  void answer(PendingOp& op, Answer&& answer) const;
  void failAll(std::span<const PendingOpPtr> ops, larder_status status, std::string_view why) const noexcept;

  const plugin::Host host_;
  const std::chrono::milliseconds timeout_;
  const std::string probeKey_;
  Connection connection_;
  Generations seen_;
  CurrentGenerations generations_;
  EntryWriter writer_;
  Locks locks_;
  Pipeline pipeline_;
};

}  // namespace larder::memcached

#endif
